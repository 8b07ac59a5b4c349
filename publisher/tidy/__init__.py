"""The release's numbers as tidy data, in the layout of Explore Education Statistics (EES).

Here: one file for each family of tables, one row a time, place and filter, one column an indicator.
Not here: any number that the tables do not have.

Source: Department for Education, “Open data standards”, Analysts’ Guide.
"""
