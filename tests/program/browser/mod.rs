//! The page of `promcheck graph` in a real browser, as a person uses it: by pointing, clicking, typing and by keys.
//!
//! It wants chromium and chromedriver on the PATH; where they are missing each test says so and ends, unless
//! `PROMCHECK_BROWSER=required` is set, as `.ci/run` does.

mod driver;

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    folder::{Answer, Folder, promcheck},
    graph::{EVIL, folder},
};

use driver::Browser;

/// The page of a folder, opened; nothing without a browser.
fn opened(folder: &Folder, arguments: &[&str]) -> Option<Browser> {
    let mut command = promcheck(&["graph", "-o", "graph.html"]);
    command.args(arguments).current_dir(&folder.0);
    let answer = Answer::to(command);
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
    let browser = Browser::start()?;
    browser.open(&folder.0.join("graph.html"));
    Some(browser)
}

/// The names of the nodes that a selector finds, in the order of the page.
fn names(browser: &Browser, selector: &str) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll(arguments[0])].map((one) => one.querySelector('.name').textContent)";
    browser
        .run(script, json!([selector]))
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// The middle of the node of a name, in the window.
fn middle(browser: &Browser, name: &str) -> (i64, i64) {
    let script = "const node = [...document.querySelectorAll('.node')].find((one) => one.querySelector('.name').textContent === arguments[0]);
        node.scrollIntoView({ block: 'center', inline: 'center' });
        const box = node.getBoundingClientRect();
        return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];";
    let place = browser.run(script, json!([name]));
    (place[0].as_i64().unwrap(), place[1].as_i64().unwrap())
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

fn text(browser: &Browser, selector: &str) -> String {
    let found = browser.run("return document.querySelector(arguments[0])?.innerText ?? ''", json!([selector]));
    found.as_str().unwrap().to_owned()
}

#[test]
fn the_graph_is_drawn_and_text_stays_text() {
    let Some(browser) = opened(&folder(), &[]) else { return };
    let all = ["Idle", "Raw", EVIL, "every alert", "job:requests:rate5m", "lonely", "mail", "pager", "requests_total"];
    let all = [&all[..], &["severity=\"page\"", "shop", "spare"]].concat();
    assert_eq!(sorted(names(&browser, ".node")), sorted(all.iter().map(|name| (*name).to_owned()).collect()));
    assert_eq!(browser.run("return document.querySelectorAll('#edges path').length", json!([])), 11);
    assert_eq!(names(&browser, ".node.concern"), ["lonely", "spare"]);
    assert_eq!(browser.run("return document.querySelectorAll('b[onclick]').length", json!([])), 0);
    assert_eq!(text(&browser, "#summary"), "3 alerts look at 1 metric and reach 2 of 3 receivers.");
    // No two nodes lie on each other, and every line has a length.
    let overlaps = browser.run(
        "const boxes = [...document.querySelectorAll('.node')].map((one) => one.getBoundingClientRect());
         return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length",
        json!([]),
    );
    assert_eq!(overlaps, 0);
    let lengths = browser.run(
        "return [...document.querySelectorAll('#edges path')].every((one) => one.getTotalLength() > 20)",
        json!([]),
    );
    assert_eq!(lengths, true);
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn pointing_follows_the_path_and_dims_the_rest() {
    let Some(browser) = opened(&folder(), &[]) else { return };
    browser.point(middle(&browser, "pager"));
    let path = ["Idle", "job:requests:rate5m", "pager", "requests_total", "severity=\"page\"", "shop"];
    assert_eq!(sorted(names(&browser, ".node.on")), path);
    assert_eq!(browser.run("return document.querySelectorAll('#edges path.on').length", json!([])), 5);
    let seen = "return [...document.querySelectorAll('.node')].map((one) => [one.classList.contains('on'), getComputedStyle(one).opacity])";
    // The rest fades within a moment.
    let dimmed = browser.wait_for(&format!("const all = (() => {{ {seen} }})(); return all.every(([on, opacity]) => on ? opacity === '1' : Number(opacity) < 0.5)"));
    assert!(dimmed, "{}", browser.run(seen, json!([])));
    browser.point((3, 3));
    assert_eq!(names(&browser, ".node.on"), Vec::<String>::new());
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn a_click_keeps_the_path_and_tells_more() {
    let Some(browser) = opened(&folder(), &[]) else { return };
    assert_eq!(browser.run("return document.getElementById('panel').hidden", json!([])), true);
    browser.click(middle(&browser, "Raw"));
    browser.point((3, 3));
    assert_eq!(names(&browser, ".node.kept"), ["Raw"]);
    assert_eq!(sorted(names(&browser, ".node.on")), ["Raw", "every alert", "mail", "requests_total", "shop"]);
    let told = text(&browser, "#panel");
    for part in [
        "Raw",
        "rules.yml:10",
        "requests_total > 5",
        "It is {{ $value }}",
        "for\n5m",
        "promql/counter-raw",
        "Reaches in the end",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    // The links of the panel lead on, and the address remembers.
    browser.run(
        "[...document.querySelectorAll('#panel .link')].find((one) => one.innerText.startsWith('mail')).click()",
        json!([]),
    );
    assert_eq!(names(&browser, ".node.kept"), ["mail"]);
    assert_eq!(browser.run("return decodeURIComponent(location.hash)", json!([])), "#receiver:mail");
    browser.press("\u{e00c}");
    assert_eq!((names(&browser, ".node.kept"), names(&browser, ".node.on")), (Vec::new(), Vec::new()));
    assert_eq!(browser.run("return document.getElementById('panel').hidden", json!([])), true);
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn what_means_something_in_html_means_nothing_in_the_panel() {
    let Some(browser) = opened(&folder(), &[]) else { return };
    browser.click(middle(&browser, EVIL));
    assert_eq!(text(&browser, "#panel h2"), EVIL);
    assert_eq!(browser.run("return document.querySelectorAll('#panel b').length", json!([])), 0);
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn the_search_finds_by_typing_and_by_keys() {
    let Some(browser) = opened(&folder(), &[]) else { return };
    browser.press("/");
    browser.press("requests");
    assert_eq!(sorted(names(&browser, ".node.on")), ["job:requests:rate5m", "requests_total"]);
    assert_eq!(text(&browser, "#found").replace('\n', " "), "requests_total metric job:requests:rate5m record");
    browser.press("\u{e015}\u{e015}\u{e007}");
    assert_eq!(names(&browser, ".node.kept"), ["job:requests:rate5m"]);
    browser.press("/");
    browser.press("no such thing");
    assert_eq!(text(&browser, "#found"), "Nothing here is called so");
    assert_eq!(names(&browser, ".node.on"), Vec::<String>::new());
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn arrow_keys_go_from_node_to_node() {
    let Some(browser) = opened(&folder(), &[]) else { return };
    let here = |browser: &Browser| {
        browser.run("return document.activeElement.querySelector?.('.name')?.textContent ?? ''", json!([]))
    };
    browser.run("document.querySelector(\".node[tabindex='0']\").focus()", json!([]));
    assert_eq!(here(&browser), "shop");
    for (key, expected) in
        [("\u{e014}", "requests_total"), ("\u{e012}", "shop"), ("\u{e014}", "requests_total"), ("\u{e015}", "lonely")]
    {
        browser.press(key);
        assert_eq!(here(&browser), expected);
    }
    // Only one node is on the way of the Tab key, and each says what it is.
    assert_eq!(browser.run("return document.querySelectorAll(\".node[tabindex='0']\").length", json!([])), 1);
    let told = browser.run("return document.activeElement.getAttribute('aria-label')", json!([]));
    assert_eq!(told, "metric, lonely, is read by nobody");
    browser.press("\u{e007}");
    assert_eq!(names(&browser, ".node.kept"), ["lonely"]);
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn what_stands_out_is_found_at_once() {
    let Some(browser) = opened(&folder(), &[]) else { return };
    assert_eq!(
        text(&browser, "#concerns").replace('\n', ", "),
        "1 metric is read by nobody, 1 receiver is reached by no alert"
    );
    browser.run("document.querySelector('#concerns button.unreached').click()", json!([]));
    assert_eq!(names(&browser, ".node.on"), ["spare"]);
    browser.run("document.querySelector('#concerns button.unreached').click()", json!([]));
    assert_eq!(names(&browser, ".node.on"), Vec::<String>::new());
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn thousands_of_rules_are_put_together_and_opened_on_demand() {
    let folder = Folder::with(&[]);
    for file in 0..60 {
        let rules: String =
            (0..40).map(|at| format!("  - {{alert: A{file}x{at}, expr: 'm{file} > {at}', for: 5m}}\n")).collect();
        folder.write(&format!("rules/f{file:02}.yml"), format!("groups:\n- name: g{file}\n  rules:\n{rules}"));
    }
    let Some(browser) = opened(&folder, &["--no-config"]) else { return };
    let shown = names(&browser, ".node");
    assert!(shown.len() < 200, "{} nodes", shown.len());
    assert_eq!(text(&browser, "#summary"), "2,400 alerts look at 60 metrics.");
    // What is searched for is found inside, and the groups around it open.
    browser.press("/");
    browser.press("A59x39\u{e007}");
    assert_eq!(names(&browser, ".node.kept"), ["A59x39"]);
    let close = "document.querySelector('.caption button').click()";
    browser.run(close, json!([]));
    assert!(!names(&browser, ".node").contains(&"A59x39".to_owned()));
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn the_stacks_are_drawn_light_dark_and_narrow() {
    let Some(browser) = Browser::start() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for stack in crate::STACKS {
        let page = std::env::temp_dir().join(format!("promcheck-{}-{stack}.html", std::process::id()));
        let mut command =
            promcheck(&["graph", &format!("rules-fixtures/{stack}"), &format!("dashboards-fixtures/{stack}"), "-o"]);
        command.arg(&page).current_dir(root);
        assert_eq!(Answer::to(command).status, Some(0));
        for (scheme, width) in [("light", 1600), ("dark", 1600), ("light", 480)] {
            browser.look(scheme, width, 1000);
            browser.open(&page);
            let drawn = names(&browser, ".node");
            assert!(drawn.len() > 10, "{stack}: {drawn:?}");
            // Nothing but the graph itself may be wider than the window.
            let sideways = browser.run("return document.documentElement.scrollWidth - window.innerWidth", json!([]));
            assert!(sideways.as_i64().unwrap() <= 0, "{stack} {scheme} {width}: {sideways}");
            assert_eq!(browser.complaints(), Vec::<Value>::new(), "{stack} {scheme} {width}");
        }
        fs::remove_file(page).unwrap();
    }
}
