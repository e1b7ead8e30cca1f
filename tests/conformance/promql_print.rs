//! Expressions printed over several lines, as Prometheus' `format_query` prints them; and that what is
//! printed reads back as the same expression. Two strings hold bytes that are no UTF-8, which promcheck
//! does not keep.

use promcheck::{
    promql::Query,
    text::{Excerpt, FileId},
};

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut format = Suite::new("promql/format");
    let mut reread = Suite::new("promql/print-reads-back");
    for row in data.rows("expr/format.jsonl") {
        let (Some(text), Some(expected)) = (row["expr"].as_str(), row["formatted"].as_str()) else { continue };
        let query = Query::parse(Excerpt::whole(FileId(0), text));
        // 3.5.3 takes `[5 m]`, which 3.14 refuses.
        let Some(expr) = query.valid() else { continue };
        let pretty = expr.pretty();
        format.case(pretty == expected, || format!("{expected}\n-- but promcheck:\n{pretty}"));
        let line = expr.to_string();
        for printed in [&line, &pretty] {
            let again = Query::parse(Excerpt::whole(FileId(0), printed.as_str()));
            let same = again.valid().is_some_and(|again| again.to_string() == line);
            reread.case(same, || format!("{text}\n-- printed:\n{printed}"));
        }
    }
    vec![format, reread]
}
