//! YAML that is not YAML yet: files that Helm, Ansible, Terraform or BOSH still have to render.

use std::{
    cell::{Cell, OnceCell},
    ops::Range,
};

use crate::{
    diag::Severity,
    text::{Excerpt, Span},
};

use super::{Kind, Node, Stream, Tree};

/// What renders a file.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Renderer {
    /// Go templates, as Helm uses them.
    Go,
    /// Jinja, as Ansible and Salt use it.
    Jinja,
    /// ERB, as BOSH, Chef and Puppet use it.
    Erb,
    /// Terraform, whose `templatefile` knows `%{ for }` and `%{ if }`.
    Terraform,
    /// Variables of the environment, as `envsubst` and shells fill them in.
    Environment,
    /// Marks such as `__RECEIVERS__`, as somebody's script fills them in.
    Script,
}

impl Renderer {
    /// How it is called: "Helm", "Jinja", "ERB", "Terraform", "envsubst", "script's".
    pub fn name(self) -> &'static str {
        match self {
            Renderer::Go => "Helm",
            Renderer::Jinja => "Jinja",
            Renderer::Erb => "ERB",
            Renderer::Terraform => "Terraform",
            Renderer::Environment => "envsubst",
            Renderer::Script => "script's",
        }
    }
}

/// The first sign that a file has to be rendered before it means anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Templated {
    /// What renders it.
    pub renderer: Renderer,
    /// The template expression, in bytes of the source.
    pub place: Range<usize>,
}

/// Whether what was read is a template. `{{ $labels.x }}` inside the texts of a rule is none: that is
/// Prometheus' own notation. Neither is such an expression without its quotes; that is a fault.
pub fn templated(stream: &Stream) -> Option<Templated> {
    let source = stream.first()?.source();
    let (text, places) = (source.text(), Places::of(stream, source));
    let is_json = stream.complaints.is_empty() && text.trim_start().starts_with(['{', '[']);
    let is_values = |at: usize| text[..at].ends_with('.') && text[at..].starts_with("Values");
    let may_have_values = memchr::memchr_iter(b'V', text.as_bytes()).any(is_values);
    let mut notifies = false;
    let rendered = expressions(text).find_map(|(place, sign)| {
        let inside = text.get(place.start + 2..place.end).unwrap_or_default();
        let inner = inside.trim_start_matches(['-', '+', '=', '~']).trim_start();
        let renderer = match sign {
            Sign::Braces if !may_have_values && begins_as_alert_template(inner) => return None,
            Sign::Braces if is_helm(inner, may_have_values) => Renderer::Go,
            Sign::Braces if is_notification_template(inner) => {
                notifies = true;
                return None;
            }
            Sign::Braces if is_alert_template(inner) || !places.is_structure(place.start) => return None,
            // What begins among the texts of notifications goes on there; Helm would have rendered its beginning, too.
            Sign::Braces if is_go(inside) && (notifies || is_middle(inner)) => return None,
            Sign::Braces if is_go(inside) => Renderer::Go,
            Sign::Braces => Renderer::Jinja,
            // Inside of JSON that is whole, that is a text which somebody else renders.
            Sign::Percent if is_jinja(inner) && !is_json => Renderer::Jinja,
            Sign::Angle => Renderer::Erb,
            Sign::Percent => return None,
        };
        (!places.is_comment(place.start)).then_some(Templated { renderer, place })
    });
    let of_terraform = || {
        let place = if is_json { None } else { directive(text) }?;
        Some(Templated { renderer: Renderer::Terraform, place })
    };
    rendered.or_else(of_terraform).or_else(|| filled_in(stream))
}

/// The first sign of a template in a text that is one by its name. Where it may be rendered by something else than Go or
/// Jinja, what stands between braces may as well be meant for Alertmanager.
pub fn rendered_later(text: &str, has_braces: bool) -> Option<Templated> {
    let Some((place, sign)) = expressions(text).find(|(_, sign)| has_braces || *sign != Sign::Braces) else {
        let of_environment = text.find("${").and_then(|start| {
            let end = start + text[start..].find('}')? + 1;
            Some(Templated { renderer: Renderer::Environment, place: start..end })
        });
        let of_script = || field(text).map(|place| Templated { renderer: Renderer::Script, place });
        let of_jinja = || of_comments(text).map(|place| Templated { renderer: Renderer::Jinja, place });
        let of_terraform = directive(text).map(|place| Templated { renderer: Renderer::Terraform, place });
        return of_jinja().or(of_terraform).or(of_environment).or_else(of_script);
    };
    let renderer = match sign {
        Sign::Braces if is_go(text.get(place.start + 2..place.end).unwrap_or_default()) => Renderer::Go,
        Sign::Braces | Sign::Percent => Renderer::Jinja,
        Sign::Angle => Renderer::Erb,
    };
    Some(Templated { renderer, place })
}

/// The first expression of Jinja between signs that YAML takes for comments, as makejinja has them: `#% if x %#`, `#{ x }#`.
fn of_comments(text: &str) -> Option<Range<usize>> {
    let found = |(open, close): (&str, &str)| {
        let start = text.find(open)?;
        let length = text[start..].lines().next()?.find(close)?;
        Some(start..start + length + close.len())
    };
    [("#% ", " %#"), ("#{ ", " }#")].into_iter().find_map(found)
}

/// The first directive of Terraform outside of comments: `%{ for host in hosts ~}`.
fn directive(text: &str) -> Option<Range<usize>> {
    if !text.contains("%{") {
        return None;
    }
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let found = directive_in(line.split('#').next().unwrap_or_default());
        let place = found.map(|found| start + found.start..start + found.end);
        start += line.len();
        place
    })
}

fn directive_in(line: &str) -> Option<Range<usize>> {
    let is_known = |(at, _): &(usize, &str)| {
        let inner = line[at + 2..].trim_start_matches('~').trim_start();
        let end = inner.bytes().take_while(u8::is_ascii_alphabetic).count();
        ["for", "if", "else", "endfor", "endif"].contains(&&inner[..end])
    };
    let (start, _) = line[..line.rfind('}')?].match_indices("%{").find(is_known)?;
    let length = line[start..].find('}')?;
    Some(start..start + length + 1)
}

/// The first `{name}` that scripts fill in, as Python's `format` does: no YAML, no PromQL and no other template has it.
fn field(text: &str) -> Option<Range<usize>> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.match_indices('{').find_map(|(start, _)| {
        let name = &text[start + 1..];
        let length = name.bytes().take_while(|byte| is_name(*byte)).count();
        let length = Some(length).filter(|length| *length > 1 && name[*length..].starts_with('}'))?;
        let is_bare = !text[..start].ends_with(['{', '$', ' ']) || text[..start].ends_with(": ");
        is_bare.then_some(start..start + length + 2)
    })
}

/// The first `${NAME}`, or line that is a `__MARK__`, of a text that is no YAML for nothing but such names and marks.
fn filled_in(stream: &Stream) -> Option<Templated> {
    let source = stream.first()?.source();
    let mut errors = stream.complaints.iter().filter(|complaint| complaint.severity == Severity::Error).peekable();
    errors.peek()?;
    let placeholders = errors.map(|error| {
        let at = source.offset_of(error.span.start)?;
        let of_environment = placeholder(source.text(), at).map(|place| (Renderer::Environment, place));
        of_environment.or_else(|| mark(source.text(), at).map(|place| (Renderer::Script, place)))
    });
    let all: Option<Vec<(Renderer, Range<usize>)>> = placeholders.collect();
    all?.into_iter().next().map(|(renderer, place)| Templated { renderer, place })
}

/// The mark that is all of the line which an offset lies in: `__RECEIVERS__`, `@@RECEIVERS@@`, `@RECEIVERS@`.
fn mark(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |before| before + 1);
    let line = text[start..].lines().next()?;
    let word = line.trim();
    let name = ["__", "@@", "%%", "@"].iter().find_map(|sign| word.strip_prefix(sign)?.strip_suffix(sign))?;
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let from = start + (line.len() - line.trim_start().len());
    (name.len() > 1 && name.bytes().all(is_name)).then(|| from..from + word.len())
}

/// The `${NAME}` that an offset lies in.
fn placeholder(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..text.len().min(at + 2))?.rfind("${")?;
    let name = &text[start + 2..];
    let length = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
    let end = start + 2 + length + 1;
    (length > 0 && name[length..].starts_with('}') && (start..=end).contains(&at)).then_some(start..end)
}

/// How an expression is opened.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Sign {
    /// `{{`
    Braces,
    /// `{%`
    Percent,
    /// `<%`
    Angle,
}

/// The template expressions of a text, up to their closing sign.
fn expressions(text: &str) -> impl Iterator<Item = (Range<usize>, Sign)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.as_bytes().get(at..)?;
            let found = at + memchr::memchr2(b'{', b'<', rest)?;
            at = found + 1;
            let (sign, close) = match (text.as_bytes()[found], text.as_bytes().get(found + 1)) {
                (b'{', Some(b'{')) => (Sign::Braces, b"}}"),
                (b'{', Some(b'%')) => (Sign::Percent, b"%}"),
                (b'<', Some(b'%')) => (Sign::Angle, b"%>"),
                _ => continue,
            };
            // Expressions are short; one without an end is none.
            let window = &text.as_bytes()[found + 2..text.len().min(found + 2 + LONGEST)];
            if let Some(len) = memchr::memchr_iter(close[0], window).find(|at| window.get(at + 1) == Some(&close[1])) {
                at = found + 2 + len;
                return Some((found..at, sign));
            }
        }
    })
}

/// No template expression is longer than this many bytes.
const LONGEST: usize = 2000;

/// What only Helm knows, wherever it stands; in a text without `.Values` that is not looked for.
fn is_helm(inner: &str, may_have_values: bool) -> bool {
    const BEGINNINGS: [&str; 10] = [
        ".Values",
        ".Release.",
        ".Chart.",
        ".Files.",
        ".Capabilities.",
        "$.Values",
        "include \"",
        "tpl ",
        "toYaml ",
        "`",
    ];
    const WITHIN: [&str; 3] = [" .Values.", "($.Values", "(.Values"];
    BEGINNINGS.iter().any(|beginning| inner.starts_with(beginning))
        || (may_have_values && WITHIN.iter().any(|word| inner.contains(word)))
        || inner.starts_with("\"{{\"")
}

fn is_jinja(inner: &str) -> bool {
    let word = inner.split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default();
    let word = word.strip_prefix("end").unwrap_or(word);
    [
        "raw", "if", "for", "set", "else", "elif", "include", "import", "from", "block", "macro", "with", "filter",
        "extends",
    ]
    .contains(&word)
}

/// Whether it reads like the template of an alert's annotation or label.
fn is_alert_template(inner: &str) -> bool {
    const WORDS: [&str; 7] =
        ["$labels", "$value", "$externalLabels", "$externalURL", ".Labels", ".ExternalLabels", "humanize"];
    begins_as_alert_template(inner) || WORDS.iter().any(|word| inner.contains(word)) || inner.trim() == ".Value"
}

/// Whether it reads what Alertmanager hands to the template of a notification, which nothing else knows by these names.
fn is_notification_template(inner: &str) -> bool {
    const DATA: [&str; 8] = [
        ".Alerts",
        ".GroupLabels",
        ".CommonLabels",
        ".CommonAnnotations",
        ".Annotations.",
        ".ExternalURL",
        ".StartsAt",
        "eq .Status \"",
    ];
    DATA.iter().any(|word| inner.contains(word))
}

/// Whether it ends or goes on with what another expression began.
fn is_middle(inner: &str) -> bool {
    ["end", "else"].contains(&inner.trim_end_matches('-').trim_end())
}

/// Whether it begins as most such templates do.
fn begins_as_alert_template(inner: &str) -> bool {
    inner.starts_with("$labels") || inner.starts_with("$value")
}

/// Go's notation: a field, a variable, a control word, trimming or a comment.
fn is_go(inside: &str) -> bool {
    let inner = inside.trim_start_matches('-').trim_start();
    let word = inner.split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default();
    inside.starts_with('-')
        || inner.starts_with(['.', '$', '/', '('])
        || [
            "if", "else", "end", "range", "with", "define", "block", "printf", "default", "quote", "not", "template",
            "include",
        ]
        .contains(&word)
}

/// What stands where in a stream.
struct Places<'s> {
    stream: &'s Stream,
    source: &'s Excerpt,
    /// Where the roots begin; a document without one begins with the one before.
    roots: OnceCell<Vec<usize>>,
    comments: OnceCell<Vec<Span>>,
    /// Up to where quotes were counted, and which of the two are open there on their line.
    quotes: Cell<(usize, [bool; 2])>,
}

impl<'s> Places<'s> {
    fn of(stream: &'s Stream, source: &'s Excerpt) -> Self {
        Self { stream, source, roots: OnceCell::new(), comments: OnceCell::new(), quotes: Cell::default() }
    }

    /// The document that an offset lies in.
    fn document(&self, offset: usize) -> Option<&'s Tree> {
        let documents = &self.stream.documents;
        let roots = self.roots.get_or_init(|| {
            let mut last = 0;
            let begins = |tree: &Tree| tree.root().map_or(0, Node::offset);
            let running = |tree| {
                last = begins(tree).max(last);
                last
            };
            documents.iter().map(running).collect()
        });
        let after = roots.partition_point(|begins| *begins <= offset);
        documents.get(after.saturating_sub(1))
    }

    /// Whether an offset, none before the last one, lies outside of every scalar, as far as one can tell in a broken text.
    fn is_structure(&self, offset: usize) -> bool {
        let node = self.document(offset).and_then(|tree| tree.last_before(offset + 1));
        if node.is_some_and(|node| matches!(node.kind(), Kind::Scalar(_)) && offset < node.end_offset()) {
            return false;
        }
        let (from, mut is_open) = self.quotes.get();
        for byte in &self.source.text().as_bytes()[from..offset] {
            match byte {
                b'\n' => is_open = [false; 2],
                b'"' => is_open[0] ^= true,
                b'\'' => is_open[1] ^= true,
                _ => {}
            }
        }
        self.quotes.set((offset, is_open));
        is_open == [false; 2]
    }

    fn is_comment(&self, offset: usize) -> bool {
        let all = || self.stream.documents.iter().flat_map(|tree| &tree.comments).map(|comment| comment.span).collect();
        let comments = self.comments.get_or_init(all);
        let place = self.source.span(offset..offset + 1);
        let at = comments.partition_point(|comment| comment.start <= place.start);
        at.checked_sub(1).is_some_and(|at| comments[at].contains(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::FileId, tree::yaml};

    fn renderer(text: &str) -> Option<Renderer> {
        templated(&yaml(&Excerpt::whole(FileId(0), text))).map(|found| found.renderer)
    }

    #[test]
    fn templates_are_recognised() {
        let cases = [
            ("{{- if .Values.rules }}\ngroups: []\n{{- end }}\n", Renderer::Go),
            ("name: {{ include \"chart.name\" . }}-rules\n", Renderer::Go),
            ("a: b\n{{ range $x := $list }}\nc: d\n{{ end }}\n", Renderer::Go),
            ("expr: up > {{ .Values.limit }}\n", Renderer::Go),
            ("a: \"{{`{{ $labels.job }}`}}\"\n", Renderer::Go),
            ("targets: {{ hosts }}\n", Renderer::Jinja),
            ("{% for host in hosts %}\n- a: b\n{% endfor %}\n", Renderer::Jinja),
            ("a: '{% raw %}{{ $labels.job }}{% endraw %}'\n", Renderer::Jinja),
            ("a: '{{ .GroupLabels.job }}'\nb: {{ host }}\n", Renderer::Jinja),
            ("a: 1\n<% if p('x') %>\nb: 2\n<% end %>\n", Renderer::Erb),
            ("a:\n%{ for host in hosts ~}\n- b: ${host}\n%{ endfor ~}\n", Renderer::Terraform),
            ("a:\n%{~if loud}\n- b: c\n%{~endif}\n", Renderer::Terraform),
            ("params:\n  ids: [${IDS}]\n  more: [${MORE}]\n", Renderer::Environment),
            ("route:\n  receiver: a\n__RECEIVERS_BLOCK__\n\n", Renderer::Script),
            ("route:\n  receiver: a\n  @@RECEIVERS@@\n", Renderer::Script),
        ];
        for (text, expected) in cases {
            assert_eq!(renderer(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn annotations_are_no_templates() {
        let cases = [
            "summary: on {{ $labels.instance }} down\n",
            "summary: |\n  {{ if eq $labels.a \"b\" }}\n  {{ end }}\n",
            "summary: |\n  {{ range query \"up\" }}\n  {{ .Labels.job }}\n  {{ end }}\n",
            "summary: {{ $labels.instance }} down\n",
            "legend: '{{job}}'\n",
            "title: '{{ template \"slack.title\" . }}'\n",
            "a: 1 # {{ .Values.x }}\n",
            "a: {b: {c: d}}\n",
            "a: b\n  c: '{{ template \"x\" . }}'\n",
            "broken: [a\n",
            "broken: [a\nb: ${B}\n",
            "a: [${A}]\nbroken: [a\n",
            "a: \"${A}\n",
            "a: b\n__init__\n",
            "a: b\n__A__ c\n",
            "a: b\n c: d\ntext: '{{ range .Alerts }}\n\n  {{ .Name }}\n\n  {{ end }}'\n",
            "a: b\n c: d\ntitle: {{ if eq .Status \"firing\" }}on{{ else }}off{{ end }}\n",
            "a: 1 # %{ if b }\n",
            "a: '%{host} %{iffy} %{ if'\n",
            "{\"a\": \"{% if b %} {{ ref('c') }} {% endif %}\"}",
        ];
        for text in cases {
            assert_eq!(renderer(text), None, "{text:?}");
        }
    }
}
