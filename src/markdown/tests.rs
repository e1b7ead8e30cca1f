//! Pages as people write them, and what is read from them.

use proptest::prelude::*;

use crate::text::{Excerpt, FileId, Span};

use super::*;

const PAGE: &str = r#"---
title: Runbooks
---
# Payments alerts

<!-- promcheck: ignore docs/threshold -->
See [the dashboard](https://grafana.example/d/pay "Payments") or https://wiki.example/pay.
The budget is **0.5 %**. It is checked every `5m`, e.g. by `rate(x[5m])`. [Old page][old]

| Alert | Fires when | For |
|:--|--|--|
| `PaymentsDown` | **P95** &lt;200ms &amp; more | 10m |
| a \| b | `up{job=~"a\|b"}` |

## PaymentsDown {#payments-down}

1. **Check** the *queue*
   length:
   - nested `item`

   A second paragraph.
2. Restart

```promql {.wide}
up{job="pay"} == 0
```

> ## Quoted
> ~~~YAML
> a: 1
>   b
> ~~~

## PaymentsDown

<a name="manual"></a>![graph of *load*](img/load.png)

[old]: ../old%20page.md#top
"#;

fn page(text: &str) -> Markdown {
    Markdown::parse(&Excerpt::whole(FileId(0), text))
}

fn at(span: Span) -> &'static str {
    &PAGE[span.range()]
}

#[test]
fn reads_headings_and_anchors() {
    let page = page(PAGE);
    let headings: Vec<(u8, &str, &str)> = page
        .headings
        .iter()
        .map(|heading| (heading.level, heading.content.text.text(), heading.slug.as_str()))
        .collect();
    assert_eq!(
        headings,
        [
            (1, "Payments alerts", "payments-alerts"),
            (2, "PaymentsDown", "paymentsdown"),
            (2, "Quoted", "quoted"),
            (2, "PaymentsDown", "paymentsdown-1"),
        ]
    );
    assert_eq!(at(page.headings[0].section), &PAGE[PAGE.find("# Pay").unwrap()..]);
    assert!(at(page.headings[1].section).starts_with("## PaymentsDown {"));
    assert!(at(page.headings[1].section).ends_with("> "));
    let anchors: Vec<&str> = page.anchors.iter().map(|anchor| anchor.value.as_str()).collect();
    assert_eq!(anchors, ["payments-down", "manual"]);
    assert_eq!(page.anchor("manual").map(at), Some("manual"));
    assert_eq!(page.anchor("payments-alerts").map(at), Some("Payments alerts"));
    assert_eq!(page.anchor("nowhere"), None);
    assert_eq!(page.front_matter.as_ref().map(Excerpt::text), Some("title: Runbooks\n"));
    assert_eq!(page.comments[0].text.text(), "promcheck: ignore docs/threshold");
    assert_eq!(at(page.comments[0].span), "<!-- promcheck: ignore docs/threshold -->");
}

#[test]
fn reads_tables_to_the_byte() {
    let page = page(PAGE);
    let table = &page.tables[0];
    assert_eq!(table.header.iter().map(|cell| cell.text.text()).collect::<Vec<_>>(), ["Alert", "Fires when", "For"]);
    let rows: Vec<Vec<&str>> =
        table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.text()).collect()).collect();
    assert_eq!(rows, [vec!["PaymentsDown", "P95 <200ms & more", "10m"], vec!["a | b", r#"up{job=~"a|b"}"#, ""]]);
    assert_eq!(table.heading, Some(0));

    let cell = &table.rows[0].cells[1];
    let number = cell.text.text().find("200ms").unwrap();
    assert_eq!(at(cell.text.span(number..number + 5)), "200ms");
    assert_eq!(at(cell.text.span(4..5)), "&lt;");
    assert_eq!(cell.bold_lead().map(|lead| at(lead.full_span())), Some("P95"));
    let code = table.rows[1].cells[1].code_spans().next().unwrap();
    assert_eq!(code.text(), r#"up{job=~"a|b"}"#);
    assert_eq!(at(code.span(10..11)), r"\|");
    assert_eq!(at(code.span(11..12)), "b");
}

#[test]
fn reads_lists_prose_and_code() {
    let page = page(PAGE);
    let items: Vec<(u32, &str)> = page.items.iter().map(|item| (item.depth, item.content.text.text())).collect();
    assert_eq!(items, [(1, "Check the queue length:"), (2, "nested item"), (1, "Restart")]);
    assert_eq!(page.items[0].content.bold_lead().map(|lead| lead.text().to_owned()), Some("Check".to_owned()));
    assert_eq!(page.items[0].heading, Some(1));

    let sentences: Vec<String> =
        page.paragraphs[0].content.sentences().iter().map(|sentence| sentence.text().to_owned()).collect();
    assert_eq!(
        sentences,
        [
            "See the dashboard or https://wiki.example/pay.",
            "The budget is 0.5 %.",
            "It is checked every 5m, e.g. by rate(x[5m]).",
            "Old page",
        ]
    );
    assert_eq!(page.paragraphs[1].content.text.text(), "A second paragraph.");
    assert_eq!(page.prose().len(), page.items.len() + page.paragraphs.len());

    let blocks: Vec<(&str, &str)> =
        page.code_blocks.iter().map(|block| (block.language.as_str(), block.code.text())).collect();
    assert_eq!(blocks, [("promql", "up{job=\"pay\"} == 0\n"), ("yaml", "a: 1\n  b\n")]);
    assert_eq!(at(page.code_blocks[1].code.span(5..8)), "  b");
}

#[test]
fn reads_links() {
    let page = page(PAGE);
    let links: Vec<(LinkKind, &str, &str, &str)> = page
        .links
        .iter()
        .map(|link| (link.kind, link.destination.text(), at(link.destination.full_span()), link.text.text()))
        .collect();
    assert_eq!(
        links,
        [
            (LinkKind::Link, "https://grafana.example/d/pay", "https://grafana.example/d/pay", "the dashboard"),
            (LinkKind::Bare, "https://wiki.example/pay", "https://wiki.example/pay", "https://wiki.example/pay"),
            (LinkKind::Link, "../old%20page.md#top", "../old%20page.md#top", "Old page"),
            (LinkKind::Image, "img/load.png", "img/load.png", "graph of load"),
        ]
    );
}

#[test]
fn keeps_places_in_a_page_within_a_file() {
    let outer = Excerpt::verbatim(FileId(0), 1000, "text: see <https://a.example> (https://b.example/x_(y)).");
    let page = Markdown::parse(&outer);
    let spans: Vec<(u32, u32)> =
        page.links.iter().map(|link| (link.destination.full_span().start, link.destination.full_span().end)).collect();
    assert_eq!(spans, [(1011, 1028), (1031, 1054)]);
}

proptest! {
    #[test]
    fn never_panics_and_texts_have_places(text in r"([#*_`~|<>!\[\](){}:\\&-]|\n|\r\n|    |<!--|-->|https://|[a-zé0-9 .])*") {
        let page = page(&text);
        for content in page.prose() {
            prop_assert!(content.span().end as usize <= text.len());
            for sentence in content.sentences() {
                prop_assert!(!sentence.text().is_empty());
            }
            content.bold_lead();
            let codes = content.code_spans().count();
            prop_assert_eq!(codes, content.code.len());
        }
        for heading in &page.headings {
            prop_assert!(heading.section.contains(heading.content.span()), "{:?}", heading);
            prop_assert!(page.anchor(&heading.slug).is_some());
        }
        for link in &page.links {
            prop_assert!(text.get(link.destination.full_span().range()).is_some());
        }
    }
}
