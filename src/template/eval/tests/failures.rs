//! Templates that fail when they run, with what Prometheus says.

use super::fails;

#[test]
fn fails_as_go_does() {
    fails(CASES);
}

const CASES: &[(&str, &str)] = &[
    (r#"{{ query "none" | first }}"#, "1:130: <first>: error calling first: first() called on vector with no elements"),
    (r#"{{ query "bad(" }}"#, r#"1:115: <query "bad(">: error calling query: cannot evaluate "bad(""#),
    (
        r#"{{ query "bad(" | first | value | humanize }}"#,
        r#"1:115: <query "bad(">: error calling query: cannot evaluate "bad(""#,
    ),
    (
        "{{ if gt $value 1 }}a{{ end }}",
        "1:118: <gt $value 1>: error calling gt: incompatible types for comparison: float64 and int",
    ),
    ("{{ eq $value 1 }}", "1:115: <eq $value 1>: error calling eq: incompatible types for comparison: float64 and int"),
    ("{{ eq 1 1.0 }}", "1:115: <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64"),
    ("{{ eq 1 }}", "1:115: <eq 1>: error calling eq: missing argument for comparison"),
    (
        "{{ eq $labels $labels }}",
        r#"1:115: <eq $labels $labels>: error calling eq: non-comparable type map[__name__:m a-b:<&'"> instance:host:9100 job:node]: map[string]string"#,
    ),
    ("{{ lt true false }}", "1:115: <lt true false>: error calling lt: invalid type for comparison"),
    ("{{ lt $labels 1 }}", "1:115: <lt $labels 1>: error calling lt: invalid type for comparison"),
    (
        "{{ eq .Nope nil }}",
        "1:118: <.Nope>: can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
    ),
    (
        r#"{{ and 1 0 2 }}|{{ or 0 "" "x" }}|{{ not 1 }}|{{ and }}"#,
        "1:161: <and>: wrong number of args for and: want at least 1 got 0",
    ),
    (
        "{{ and 1 (index $labels 5) }}",
        "1:122: <index $labels 5>: error calling index: value has type int; should be string",
    ),
    ("{{ len 1 }}", "1:115: <len 1>: error calling len: len of type int"),
    ("{{ len nil }}", "1:115: <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value"),
    (r#"{{ index "abc" 3 }}"#, r#"1:115: <index "abc" 3>: error calling index: reflect: string index out of range"#),
    (r#"{{ index "abc" 4 }}"#, r#"1:115: <index "abc" 4>: error calling index: index out of range: 4"#),
    (r#"{{ index (query "up") 9 }}"#, r#"1:115: <index (query "up") 9>: error calling index: index out of range: 9"#),
    (
        r#"{{ index (query "up") 3 }}"#,
        r#"1:115: <index (query "up") 3>: error calling index: reflect: slice index out of range"#,
    ),
    ("{{ index $labels 1 }}", "1:115: <index $labels 1>: error calling index: value has type int; should be string"),
    ("{{ index nil 1 }}", "1:115: <index nil 1>: error calling index: index of untyped nil"),
    ("{{ index 1 1 }}", "1:115: <index 1 1>: error calling index: can't index item of type int"),
    (
        r#"{{ index (query "up") "a" }}"#,
        r#"1:115: <index (query "up") "a">: error calling index: cannot index slice/array with type string"#,
    ),
    (r#"{{ slice "abc" 2 1 }}"#, r#"1:115: <slice "abc" 2 1>: error calling slice: invalid slice index: 2 > 1"#),
    (r#"{{ slice "abc" 9 }}"#, r#"1:115: <slice "abc" 9>: error calling slice: index out of range: 9"#),
    (r#"{{ slice "abc" 0 1 2 }}"#, r#"1:115: <slice "abc" 0 1 2>: error calling slice: cannot 3-index slice a string"#),
    ("{{ slice 1 }}", "1:115: <slice 1>: error calling slice: can't slice item of type int"),
    ("{{ call 1 }}", "1:115: <call 1>: error calling call: non-function 1 of type int"),
    ("{{ call nil }}", "1:115: <call nil>: error calling call: call of nil"),
    ("{{ call .Value 1 }}", "1:115: <call .Value 1>: error calling call: non-function .Value of type float64"),
    ("{{ 1 | call }}", "1:119: <call>: error calling call: non-function <int Value> of type int"),
    ("{{ 9223372036854775808 }}", "1:115: <9223372036854775808>: 9223372036854775808 overflows int"),
    ("{{ nil }}", "1:115: <nil>: nil is not a command"),
    ("{{ range $i, $v := 3 }}{{ end }}", "1:131: <3>: can't use 3 to iterate over more than one variable"),
    (r#"{{ range "abc" }}{{ . }}{{ end }}"#, r#"1:121: <"abc">: range can't iterate over abc"#),
    ("{{ range 1.5 }}{{ end }}", "1:121: <1.5>: range can't iterate over 1.5"),
    (r#"{{ template "nope" }}"#, r#"1:124: <{{template "nope"}}>: template "nope" not defined"#),
    (
        r#"{{ define "t" }}{{ .x.y }}{{ end }}{{ template "t" (args 1) }}"#,
        r#"1:133: executing "t" at <.x.y>: nil pointer evaluating interface {}.y"#,
    ),
    (
        "{{ define \"t\" }}\n {{ toUpper . }}{{ end }}\n{{ template \"t\" 1 }}",
        r#"2:12: executing "t" at <.>: wrong type for value; expected string; got int"#,
    ),
    (
        "{{ .Nope }}",
        "1:115: <.Nope>: can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
    ),
    ("{{ .Value.x }}", "1:121: <.Value.x>: can't evaluate field x in type interface {}"),
    ("{{ $value.x }}", "1:121: <$value.x>: can't evaluate field x in type float64"),
    ("{{ $labels.job.x }}", "1:122: <$labels.job.x>: can't evaluate field x in type string"),
    ("{{ .Labels.job.x.y }}", "1:122: <.Labels.job.x.y>: can't evaluate field x in type string"),
    ("{{ $labels.none.x }}", "1:122: <$labels.none.x>: can't evaluate field x in type string"),
    (r#"{{ (query "up" | first).Nope }}"#, "1:129: <first>: can't evaluate field Nope in type *template.sample"),
    (r#"{{ (query "up").x }}"#, r#"1:122: <"up">: can't evaluate field x in type template.queryResult"#),
    ("{{ now.Foo }}", "1:115: <now>: can't evaluate field Foo in type float64"),
    (r#"{{ .Labels "x" }}"#, "1:115: <.Labels>: Labels has arguments but cannot be invoked as function"),
    (r#"{{ .Labels.job "x" }}"#, "1:122: <.Labels.job>: job is not a method but has arguments"),
    (r#"{{ $labels "x" }}"#, "1:115: <$labels>: can't give argument to non-function $labels"),
    ("{{ 1 2 }}", "1:115: <1>: can't give argument to non-function 1"),
    ("{{ (1) 2 }}", "1:115: <(1) 2>: can't give argument to non-function 1"),
    ("{{ . 1 }}", "1:115: <.>: can't give argument to non-function ."),
    ("{{ 1 | $labels }}", "1:119: <$labels>: can't give argument to non-function $labels"),
    ("{{ 1 | .Labels.job }}", "1:126: <.Labels.job>: job is not a method but has arguments"),
    (
        "{{ humanizeTimestamp 1e30 }}",
        "1:115: <humanizeTimestamp 1e30>: error calling humanizeTimestamp: 1e+30 cannot be represented as a nanoseconds timestamp since it overflows int64",
    ),
    (
        "{{ toTime 1e30 }}",
        "1:115: <toTime 1e30>: error calling toTime: 1e+30 cannot be represented as a nanoseconds timestamp since it overflows int64",
    ),
    (r#"{{ toTime "Inf" }}"#, r#"1:115: <toTime "Inf">: error calling toTime: value is NaN or Inf"#),
    (r#"{{ toTime "NaN" }}"#, r#"1:115: <toTime "NaN">: error calling toTime: value is NaN or Inf"#),
    (
        r#"{{ humanize "abc" }}"#,
        r#"1:115: <humanize "abc">: error calling humanize: strconv.ParseFloat: parsing "abc": invalid syntax"#,
    ),
    (
        r#"{{ humanizeDuration "abc" }}"#,
        r#"1:115: <humanizeDuration "abc">: error calling humanizeDuration: strconv.ParseFloat: parsing "abc": invalid syntax"#,
    ),
    (
        r#"{{ humanizePercentage "abc" }}"#,
        r#"1:115: <humanizePercentage "abc">: error calling humanizePercentage: strconv.ParseFloat: parsing "abc": invalid syntax"#,
    ),
    (
        r#"{{ toTime "abc" }}"#,
        r#"1:115: <toTime "abc">: error calling toTime: strconv.ParseFloat: parsing "abc": invalid syntax"#,
    ),
    (
        r#"{{ toDuration "abc" }}"#,
        r#"1:115: <toDuration "abc">: error calling toDuration: strconv.ParseFloat: parsing "abc": invalid syntax"#,
    ),
    (
        r#"{{ humanize1024 "1e400" }}"#,
        r#"1:115: <humanize1024 "1e400">: error calling humanize1024: strconv.ParseFloat: parsing "1e400": value out of range"#,
    ),
    (
        r#"{{ humanizeDuration "1e400" }}"#,
        r#"1:115: <humanizeDuration "1e400">: error calling humanizeDuration: strconv.ParseFloat: parsing "1e400": value out of range"#,
    ),
    (
        r#"{{ humanizeTimestamp "1e400" }}"#,
        r#"1:115: <humanizeTimestamp "1e400">: error calling humanizeTimestamp: strconv.ParseFloat: parsing "1e400": value out of range"#,
    ),
    (
        r#"{{ toTime "1e400" }}"#,
        r#"1:115: <toTime "1e400">: error calling toTime: strconv.ParseFloat: parsing "1e400": value out of range"#,
    ),
    (
        "{{ humanizeTimestamp 1e27 }}",
        "1:115: <humanizeTimestamp 1e27>: error calling humanizeTimestamp: 1e+27 cannot be represented as a nanoseconds timestamp since it overflows int64",
    ),
    (
        "{{ toTime 1e27 }}",
        "1:115: <toTime 1e27>: error calling toTime: 1e+27 cannot be represented as a nanoseconds timestamp since it overflows int64",
    ),
    ("{{ humanize1024 nil }}", "1:115: <humanize1024 nil>: error calling humanize1024: can't convert <nil> to float"),
    (
        "{{ humanizeDuration nil }}",
        "1:115: <humanizeDuration nil>: error calling humanizeDuration: can't convert <nil> to float",
    ),
    (
        "{{ humanizeTimestamp nil }}",
        "1:115: <humanizeTimestamp nil>: error calling humanizeTimestamp: can't convert <nil> to float",
    ),
    ("{{ toTime nil }}", "1:115: <toTime nil>: error calling toTime: can't convert <nil> to float"),
    ("{{ humanize true }}", "1:115: <humanize true>: error calling humanize: can't convert bool to float"),
    ("{{ humanize1024 true }}", "1:115: <humanize1024 true>: error calling humanize1024: can't convert bool to float"),
    (
        "{{ humanizeDuration true }}",
        "1:115: <humanizeDuration true>: error calling humanizeDuration: can't convert bool to float",
    ),
    (
        "{{ humanizeTimestamp true }}",
        "1:115: <humanizeTimestamp true>: error calling humanizeTimestamp: can't convert bool to float",
    ),
    ("{{ toTime true }}", "1:115: <toTime true>: error calling toTime: can't convert bool to float"),
    (
        "{{ humanize $labels }}",
        "1:115: <humanize $labels>: error calling humanize: can't convert map[string]string to float",
    ),
    (
        "{{ humanize1024 $labels }}",
        "1:115: <humanize1024 $labels>: error calling humanize1024: can't convert map[string]string to float",
    ),
    (
        "{{ humanizePercentage $labels }}",
        "1:115: <humanizePercentage $labels>: error calling humanizePercentage: can't convert map[string]string to float",
    ),
    (
        "{{ humanizeTimestamp $labels }}",
        "1:115: <humanizeTimestamp $labels>: error calling humanizeTimestamp: can't convert map[string]string to float",
    ),
    (
        "{{ toDuration $labels }}",
        "1:115: <toDuration $labels>: error calling toDuration: can't convert map[string]string to float",
    ),
    (
        r#"{{ humanize (query "up") }}"#,
        r#"1:115: <humanize (query "up")>: error calling humanize: can't convert template.queryResult to float"#,
    ),
    (
        r#"{{ humanizeDuration (query "up") }}"#,
        r#"1:115: <humanizeDuration (query "up")>: error calling humanizeDuration: can't convert template.queryResult to float"#,
    ),
    (
        r#"{{ humanizePercentage (query "up") }}"#,
        r#"1:115: <humanizePercentage (query "up")>: error calling humanizePercentage: can't convert template.queryResult to float"#,
    ),
    (
        r#"{{ toTime (query "up") }}"#,
        r#"1:115: <toTime (query "up")>: error calling toTime: can't convert template.queryResult to float"#,
    ),
    (
        r#"{{ toDuration (query "up") }}"#,
        r#"1:115: <toDuration (query "up")>: error calling toDuration: can't convert template.queryResult to float"#,
    ),
    (
        r#"{{ humanize1024 (query "up" | first) }}"#,
        r#"1:115: <humanize1024 (query "up" | first)>: error calling humanize1024: can't convert *template.sample to float"#,
    ),
    (
        r#"{{ humanizeDuration (query "up" | first) }}"#,
        r#"1:115: <humanizeDuration (query "up" | first)>: error calling humanizeDuration: can't convert *template.sample to float"#,
    ),
    (
        r#"{{ humanizeTimestamp (query "up" | first) }}"#,
        r#"1:115: <humanizeTimestamp (query "up" | first)>: error calling humanizeTimestamp: can't convert *template.sample to float"#,
    ),
    (
        r#"{{ toTime (query "up" | first) }}"#,
        r#"1:115: <toTime (query "up" | first)>: error calling toTime: can't convert *template.sample to float"#,
    ),
    (
        "{{ humanize (toDuration 5) }}",
        "1:115: <humanize (toDuration 5)>: error calling humanize: can't convert *time.Duration to float",
    ),
    (
        "{{ humanize1024 (toDuration 5) }}",
        "1:115: <humanize1024 (toDuration 5)>: error calling humanize1024: can't convert *time.Duration to float",
    ),
    (
        "{{ humanizePercentage (toDuration 5) }}",
        "1:115: <humanizePercentage (toDuration 5)>: error calling humanizePercentage: can't convert *time.Duration to float",
    ),
    (
        "{{ humanizeTimestamp (toDuration 5) }}",
        "1:115: <humanizeTimestamp (toDuration 5)>: error calling humanizeTimestamp: can't convert *time.Duration to float",
    ),
    (
        "{{ toTime (toDuration 5) }}",
        "1:115: <toTime (toDuration 5)>: error calling toTime: can't convert *time.Duration to float",
    ),
    (
        "{{ humanize (toTime 5) }}",
        "1:115: <humanize (toTime 5)>: error calling humanize: can't convert *time.Time to float",
    ),
    (
        "{{ humanize1024 (toTime 5) }}",
        "1:115: <humanize1024 (toTime 5)>: error calling humanize1024: can't convert *time.Time to float",
    ),
    (
        "{{ humanizePercentage (toTime 5) }}",
        "1:115: <humanizePercentage (toTime 5)>: error calling humanizePercentage: can't convert *time.Time to float",
    ),
    (
        "{{ humanizeTimestamp (toTime 5) }}",
        "1:115: <humanizeTimestamp (toTime 5)>: error calling humanizeTimestamp: can't convert *time.Time to float",
    ),
    (
        "{{ toDuration (toTime 5) }}",
        "1:115: <toDuration (toTime 5)>: error calling toDuration: can't convert *time.Time to float",
    ),
    (
        r#"{{ humanize (safeHtml "1") }}"#,
        r#"1:115: <humanize (safeHtml "1")>: error calling humanize: can't convert template.HTML to float"#,
    ),
    (
        r#"{{ humanizeDuration (safeHtml "1") }}"#,
        r#"1:115: <humanizeDuration (safeHtml "1")>: error calling humanizeDuration: can't convert template.HTML to float"#,
    ),
    (
        r#"{{ humanizePercentage (safeHtml "1") }}"#,
        r#"1:115: <humanizePercentage (safeHtml "1")>: error calling humanizePercentage: can't convert template.HTML to float"#,
    ),
    (
        r#"{{ toTime (safeHtml "1") }}"#,
        r#"1:115: <toTime (safeHtml "1")>: error calling toTime: can't convert template.HTML to float"#,
    ),
    (
        r#"{{ toDuration (safeHtml "1") }}"#,
        r#"1:115: <toDuration (safeHtml "1")>: error calling toDuration: can't convert template.HTML to float"#,
    ),
    (
        r#"{{ humanize1024 (index "a" 0) }}"#,
        r#"1:115: <humanize1024 (index "a" 0)>: error calling humanize1024: can't convert uint8 to float"#,
    ),
    (
        r#"{{ humanizeDuration (index "a" 0) }}"#,
        r#"1:115: <humanizeDuration (index "a" 0)>: error calling humanizeDuration: can't convert uint8 to float"#,
    ),
    (
        r#"{{ humanizeTimestamp (index "a" 0) }}"#,
        r#"1:115: <humanizeTimestamp (index "a" 0)>: error calling humanizeTimestamp: can't convert uint8 to float"#,
    ),
    (
        r#"{{ toTime (index "a" 0) }}"#,
        r#"1:115: <toTime (index "a" 0)>: error calling toTime: can't convert uint8 to float"#,
    ),
    (
        "{{ humanizeTimestamp 1e18 }}",
        "1:115: <humanizeTimestamp 1e18>: error calling humanizeTimestamp: 1e+18 cannot be represented as a nanoseconds timestamp since it overflows int64",
    ),
    (
        "{{ toTime 1e18 }}",
        "1:115: <toTime 1e18>: error calling toTime: 1e+18 cannot be represented as a nanoseconds timestamp since it overflows int64",
    ),
    (
        "{{ toTime 1e300 }}",
        "1:115: <toTime 1e300>: error calling toTime: 1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64",
    ),
    ("{{ humanize }}", "1:115: <humanize>: wrong number of args for humanize: want 1 got 0"),
    (
        r#"{{ "x" | humanize }}"#,
        r#"1:121: <humanize>: error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax"#,
    ),
    ("{{ (toTime 1e9).Format }}", "1:123: <1e9>: wrong number of args for Format: want 1 got 0"),
    ("{{ (toTime 1e9).Format 1 }}", "1:135: <1>: expected string; found 1"),
    ("{{ (toTime 1e9).Nope }}", "1:123: <1e9>: can't evaluate field Nope in type *time.Time"),
    ("{{ (toTime 1e9).Date }}", "1:123: <1e9>: function Date has 3 return values; should be 1 or 2"),
    (r#"{{ parseDuration "" }}"#, r#"1:115: <parseDuration "">: error calling parseDuration: empty duration string"#),
    (
        r#"{{ parseDuration "5" }}"#,
        r#"1:115: <parseDuration "5">: error calling parseDuration: not a valid duration string: "5""#,
    ),
    (
        r#"{{ parseDuration "1.5h" }}"#,
        r#"1:115: <parseDuration "1.5h">: error calling parseDuration: unknown unit "." in duration "1.5h""#,
    ),
    (
        r#"{{ parseDuration "30m1h" }}"#,
        r#"1:115: <parseDuration "30m1h">: error calling parseDuration: not a valid duration string: "30m1h""#,
    ),
    (
        r#"{{ parseDuration "1M" }}"#,
        r#"1:115: <parseDuration "1M">: error calling parseDuration: unknown unit "M" in duration "1M""#,
    ),
    (
        r#"{{ parseDuration "1x" }}"#,
        r#"1:115: <parseDuration "1x">: error calling parseDuration: unknown unit "x" in duration "1x""#,
    ),
    (
        r#"{{ parseDuration "300y" }}"#,
        r#"1:115: <parseDuration "300y">: error calling parseDuration: duration out of range"#,
    ),
    (
        r#"{{ parseDuration "99999999999999999999s" }}"#,
        r#"1:115: <parseDuration "99999999999999999999s">: error calling parseDuration: not a valid duration string: "99999999999999999999s""#,
    ),
    (
        r#"{{ parseDuration "--1m" }}"#,
        r#"1:115: <parseDuration "--1m">: error calling parseDuration: not a valid duration string: "-1m""#,
    ),
    (
        r#"{{ parseDuration "1h 5m" }}"#,
        r#"1:115: <parseDuration "1h 5m">: error calling parseDuration: unknown unit "h " in duration "1h 5m""#,
    ),
    (r#"{{ match "a" 1 }}"#, "1:125: <1>: expected string; found 1"),
    (r#"{{ safeHtml "x" | toUpper }}"#, "1:130: <toUpper>: wrong type for value; expected string; got template.HTML"),
    ("{{ safeHtml 1 }}", "1:124: <1>: expected string; found 1"),
    ("{{ printf 1 }}", "1:122: <1>: expected string; found 1"),
    ("{{ printf 1 2 }}", "1:122: <1>: expected string; found 1"),
    ("{{ printf nil }}", "1:122: <nil>: cannot assign nil to string"),
    ("{{ printf $labels }}", "1:122: <$labels>: wrong type for value; expected string; got map[string]string"),
    ("{{ toUpper }}", "1:115: <toUpper>: wrong number of args for toUpper: want 1 got 0"),
    ("{{ toUpper 1 }}", "1:123: <1>: expected string; found 1"),
    ("{{ toUpper nil }}", "1:123: <nil>: cannot assign nil to string"),
    ("{{ $value | toUpper }}", "1:124: <toUpper>: wrong type for value; expected string; got float64"),
    ("{{ toUpper $value }}", "1:123: <$value>: wrong type for value; expected string; got float64"),
    ("{{ toUpper (humanize 1 | len) }}", "1:137: <len>: wrong type for value; expected string; got int"),
    (
        "{{ toUpper .Nope.x }}",
        "1:128: <.Nope.x>: can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
    ),
    (
        r#"{{ label "a" nil }}"#,
        r#"1:115: <label "a" nil>: error calling label: runtime error: invalid memory address or nil pointer dereference"#,
    ),
    ("{{ first nil }}", "1:115: <first nil>: error calling first: first() called on vector with no elements"),
    (r#"{{ first "x" }}"#, r#"1:121: <"x">: can't handle "x" for arg of type template.queryResult"#),
    ("{{ first 1 }}", "1:121: <1>: can't handle 1 for arg of type template.queryResult"),
    (
        "{{ first $labels }}",
        "1:121: <$labels>: wrong type for value; expected template.queryResult; got map[string]string",
    ),
    (
        r#"{{ value (query "up") }}"#,
        r#"1:128: <"up">: wrong type for value; expected *template.sample; got template.queryResult"#,
    ),
    (r#"{{ label 1 (query "up" | first) }}"#, "1:121: <1>: expected string; found 1"),
    ("{{ $x := toUpper 1 }}", "1:129: <1>: expected string; found 1"),
    ("{{ if toUpper 1 }}{{ end }}", "1:126: <1>: expected string; found 1"),
    ("{{ range toUpper 1 }}{{ end }}", "1:129: <1>: expected string; found 1"),
    (r#"{{ template "x" toUpper 1 }}"#, r#"1:124: <{{template "x" toUpper 1}}>: template "x" not defined"#),
    (r#"{{ define "x" }}{{ end }}{{ template "x" toUpper 1 }}"#, "1:161: <1>: expected string; found 1"),
    ("line\n{{ toUpper\n 1 }}", "3:1: <1>: expected string; found 1"),
    (
        "é\né {{ $labels.job | humanize }}",
        r#"2:20: <humanize>: error calling humanize: strconv.ParseFloat: parsing "node": invalid syntax"#,
    ),
    (
        r#"{{ $labels.job | printf "%s %d" 1 | toUpper | len | humanize | query }}"#,
        r#"1:175: <query>: error calling query: cannot evaluate "27""#,
    ),
    (
        r#"{{ (toTime 1).Format (humanize "a") }}"#,
        r#"1:134: <humanize "a">: error calling humanize: strconv.ParseFloat: parsing "a": invalid syntax"#,
    ),
    (
        r#"{{ $x := (query "up" | first) }}{{ $x.Labels.job }} {{ $x.Value }} {{ $x.Nope.Foo }}"#,
        "1:184: <$x.Nope.Foo>: can't evaluate field Nope in type *template.sample",
    ),
    (
        "{{ if .Nope }}{{ end }}",
        "1:118: <.Nope>: can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
    ),
    (
        "{{ not .Nope }}",
        "1:119: <.Nope>: can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
    ),
    (r#"{{ eq "a" 1 }}"#, r#"1:115: <eq "a" 1>: error calling eq: incompatible types for comparison: string and int"#),
    (r#"{{ eq 1 "a" }}"#, r#"1:115: <eq 1 "a">: error calling eq: incompatible types for comparison: int and string"#),
    (
        "{{ gt 1.0 $labels.job }}",
        "1:115: <gt 1.0 $labels.job>: error calling gt: incompatible types for comparison: float64 and string",
    ),
    (r#"{{ ge "a" nil }}"#, r#"1:115: <ge "a" nil>: error calling ge: invalid type for comparison"#),
    ("{{ $a := 1 }}{{ $a.b }}", "1:130: <$a.b>: can't evaluate field b in type int"),
];
