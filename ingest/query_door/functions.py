"""The functions that a query may use; any other is refused.

Here: the list. Not here: the check (`statement`). None of them reads or writes a file, a setting or
a variable, sleeps, or answers otherwise the next time (chance, the clock): the same query of the
same snapshot gives the same answer.
"""

from __future__ import annotations

_OPERATORS = """
    + - * / // % ** ^ || & | ~ << >> @ ! !__postfix ~~ !~~ ~~* !~~* ~~~ -> ->> && <@ @> like_escape
    not_like_escape ilike_escape not_ilike_escape xor
"""
_AGGREGATES = """
    any_value approx_count_distinct approx_quantile arg_max arg_max_null arg_min arg_min_null argmax
    argmin arbitrary array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count count_if
    count_star countif covar_pop covar_samp entropy favg first fsum geomean geometric_mean
    group_concat histogram kahan_sum kurtosis kurtosis_pop last list listagg mad max max_by mean
    median min min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy
    regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev
    stddev_pop stddev_samp string_agg sum sum_no_overflow sumkahan var_pop var_samp variance wavg
    weighted_avg
"""
_WINDOWS = """
    cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank
    rank_dense row_number
"""
_NUMBERS = """
    abs acos asin atan atan2 cbrt ceil ceiling cos cot degrees divide even exp factorial fdiv floor
    fmod gamma gcd greatest isfinite isinf isnan lcm least lgamma ln log log10 log2 mod multiply
    nextafter pi pow power radians round round_even sign signbit sin sqrt subtract tan trunc add
    equi_width_bins bin bit_count hash
"""
_TEXTS = """
    ascii array_to_string bar char_length character_length chr concat concat_ws contains
    damerau_levenshtein ends_with format hamming hex instr jaccard jaro_similarity
    jaro_winkler_similarity lcase left len length levenshtein lower lpad ltrim md5 nfc_normalize ord
    position prefix printf regexp_escape regexp_extract regexp_extract_all regexp_full_match
    regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right rpad rtrim
    sha256 split split_part starts_with str_split string_split string_split_regex string_to_array
    strip_accents strlen strpos substr substring suffix translate trim ucase unicode upper
"""
_DATES = """
    age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc
    day dayname dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms era hour isodow
    isoyear last_day make_date make_time make_timestamp microsecond millennium millisecond minute
    month monthname quarter second strftime strptime time_bucket to_centuries to_days to_decades
    to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters
    to_seconds to_timestamp to_weeks to_years try_strptime week weekday weekofyear year yearweek
"""
_LISTS = """
    array_append array_contains array_distinct array_extract array_filter array_has array_has_all
    array_has_any array_length array_position array_prepend array_reverse_sort array_slice
    array_sort array_transform array_value cardinality element_at filter flatten generate_series
    grade_up list_any_value list_append list_apply list_avg list_cat list_concat list_contains
    list_count list_distinct list_element list_extract list_filter list_first list_grade_up list_has
    list_has_all list_has_any list_indexof list_intersect list_last list_max list_median list_min
    list_pack list_position list_prepend list_reverse list_reverse_sort list_select list_slice
    list_sort list_stddev_samp list_string_agg list_sum list_transform list_unique list_value
    list_var_samp list_where list_zip map map_concat map_contains map_entries map_extract
    map_extract_value map_from_entries map_keys map_values range row struct_concat struct_extract
    struct_extract_at struct_insert struct_pack struct_values unnest unpivot_list
"""
_OTHERS = """
    coalesce constant_or_null ifnull nullif typeof
    json_array json_array_length json_contains json_exists json_extract json_extract_string
    json_keys json_object json_type json_valid json_value to_json row_to_json
"""

NOT_OF_THE_CATALOGUE = frozenset({"coalesce", "ifnull", "!", "->"})
"""Written as functions, and turned into something else before DuckDB looks for one."""

FUNCTIONS = frozenset(
    "".join((_OPERATORS, _AGGREGATES, _WINDOWS, _NUMBERS, _TEXTS, _DATES, _LISTS, _OTHERS)).split()
)

TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest"})
"""What may stand in the place of a table."""

_CLOCKS = """
    current_catalog current_database current_date current_localtime current_localtimestamp
    current_query current_role current_schema current_time current_timestamp current_user localtime
    localtimestamp session_user user
"""
CLOCKS = frozenset(_CLOCKS.split())
"""Words that look like columns, and tell the time or who is asking."""
