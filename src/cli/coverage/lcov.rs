//! Coverage on the lines of rule files, as `geninfo` describes it: `DA` for lines of rules, `BRDA` for their branches.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use crate::{
    harness::coverage::{Aim, Coverage, RouteCoverage, RuleCoverage},
    text::{Files, SourceFile},
};

/// Writes a record for each rule file. A line of a rule is hit as often as the rule was evaluated with data; its
/// states, the two ends of `for`, the operands of an operator on sets and the sides of a comparison are branches. Then
/// a record for each configuration of Alertmanager.
pub fn write(coverage: &Coverage, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    for rules in coverage.rules.chunk_by(|one, other| one.place.file == other.place.file) {
        write_file(rules, files.file(rules[0].place.file), out)?;
    }
    for routes in coverage.routes.chunk_by(|one, other| one.line.place.file == other.line.place.file) {
        write_routes(routes, files.file(routes[0].line.place.file), out)?;
    }
    Ok(())
}

/// Writes the record of a configuration: the line of a route is hit once for each alert that ended in it.
fn write_routes(routes: &[RouteCoverage], file: &SourceFile, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
    for route in routes {
        *lines.entry(file.position(route.line.place.start).line).or_default() += route.reached.alerts;
    }
    writeln!(out, "TN:\nSF:{}", file.name)?;
    write_lines(&lines, out)
}

fn write_lines(lines: &BTreeMap<u32, u64>, out: &mut dyn Write) -> io::Result<()> {
    for (line, hits) in lines {
        writeln!(out, "DA:{line},{hits}")?;
    }
    let hit = lines.values().filter(|hits| **hits > 0).count();
    writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len())
}

fn write_file(rules: &[RuleCoverage], file: &SourceFile, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TN:\nSF:{}", file.name)?;
    let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
    let (mut found, mut hit) = (0, 0);
    // Two rules may stand on one line, so blocks are counted through the file.
    let mut block = 0;
    for rule in rules {
        let data = rule.hits(&Aim::Data).unwrap_or_default();
        let line_of = |offset: u32| file.position(offset).line;
        *lines.entry(line_of(rule.place.start)).or_default() += data;
        for goals in rule.goals[1..].chunk_by(|(one, _), (other, _)| one.branch == other.branch) {
            let line = line_of(goals[0].0.place.start);
            let hits = lines.entry(line).or_default();
            *hits = (*hits).max(data);
            for (branch, (_, seen)) in goals.iter().enumerate() {
                found += 1;
                hit += usize::from(seen.hits > 0);
                let taken = if data == 0 { "-".to_owned() } else { seen.hits.to_string() };
                writeln!(out, "BRDA:{line},{block},{branch},{taken}")?;
            }
            block += 1;
        }
    }
    writeln!(out, "BRF:{found}\nBRH:{hit}")?;
    write_lines(&lines, out)
}
