//! Precedence, refusals, ranges and explanations.

use std::fs;

use super::{ConfigProblem, Networks, Part, Sources, load};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn problems(sources: &Sources) -> Vec<ConfigProblem> {
    load(sources)
        .expect_err("a configuration that must be refused")
        .problems
}

#[test]
fn defaults_listen_on_loopback_only() {
    let config = load(&Sources::default()).unwrap().config;
    assert_eq!(config.listen.to_string(), "127.0.0.1:7878");
    assert!(Part::ALL.into_iter().all(|part| config.runs(part)));
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("crochet.toml"),
        "[http]\ndrain_ms = 1\nconcurrency_max = 2\nconnections_max = 3\n",
    )
    .unwrap();
    let loaded = load(&Sources {
        flags: pairs(&[("http.drain_ms", "7")]),
        env: pairs(&[
            ("CROCHET_HTTP_DRAIN_MS", "6"),
            ("CROCHET_HTTP_CONCURRENCY_MAX", "5"),
            ("PATH", "/bin"),
        ]),
        folder: Some(folder.path().to_path_buf()),
        ..Sources::default()
    })
    .unwrap();
    let http = &loaded.config.http;
    assert_eq!(
        (http.drain_ms, http.concurrency_max, http.connections_max),
        (7, 5, 3)
    );
    let source = |key: &str| {
        loaded
            .explain()
            .into_iter()
            .find(|setting| setting.key == key)
            .unwrap()
            .source
    };
    assert_eq!(source("http.drain_ms"), "command line");
    assert_eq!(source("http.concurrency_max"), "CROCHET_HTTP_CONCURRENCY_MAX");
    assert!(source("http.connections_max").ends_with("crochet.toml"));
    assert_eq!(source("http.header_timeout_ms"), "default");
}

#[test]
fn unknown_keys_are_refused_with_a_suggestion_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("crochet.toml"),
        "[http]\ndrian_ms = 1\n[colour]\nink = 2\n",
    )
    .unwrap();
    let found = problems(&Sources {
        env: pairs(&[("CROCHET_LISTN", "127.0.0.1:1")]),
        folder: Some(folder.path().to_path_buf()),
        ..Sources::default()
    });
    let text = found
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(found.len(), 3, "{text}");
    assert!(
        text.contains("`http.drian_ms`") && text.contains("did you mean `http.drain_ms`?"),
        "{text}"
    );
    assert!(text.contains("`colour.ink`"), "{text}");
    assert!(
        text.contains("`CROCHET_LISTN` (environment); did you mean `CROCHET_LISTEN`?"),
        "{text}"
    );
}

#[test]
fn values_out_of_range_are_refused_with_key_range_and_source() {
    let found = problems(&Sources {
        env: pairs(&[
            ("CROCHET_AUTH_CACHE_MS", "5000"),
            ("CROCHET_QUEUE_ITEMS_MAX", "999"),
            ("CROCHET_WORKER_COUNT", "1000"),
        ]),
        ..Sources::default()
    });
    let text = found
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(found.len(), 3, "{text}");
    // A queue must hold what the relay hands over at once.
    assert!(text.contains("999 is outside 1000 to"), "{text}");
    assert!(
        text.contains("`auth.cache_ms` (CROCHET_AUTH_CACHE_MS): 5000 is outside 0 to 700"),
        "{text}"
    );
}

#[test]
fn a_value_of_the_wrong_type_names_its_key_and_source() {
    let found = problems(&Sources {
        flags: pairs(&[("listen", "somewhere")]),
        ..Sources::default()
    });
    assert!(
        matches!(&found[..], [ConfigProblem::Value { key, source_name, .. }] if key == "listen" && source_name == "command line"),
        "{found:?}"
    );
}

#[test]
fn values_of_wrong_types_and_out_of_range_are_told_all_at_once() {
    let found = problems(&Sources {
        flags: pairs(&[("listen", "somewhere"), ("only", "wrok")]),
        env: pairs(&[
            ("CROCHET_WORKER_COUNT", "many"),
            ("CROCHET_METRICS_PUBLIC", "perhaps"),
            ("CROCHET_AUTH_CACHE_MS", "5000"),
        ]),
        ..Sources::default()
    });
    let mut keys: Vec<_> = found
        .iter()
        .map(|problem| match problem {
            ConfigProblem::Value { key, .. } => key.as_str(),
            other => panic!("{other}"),
        })
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "auth.cache_ms",
            "listen",
            "metrics.public",
            "only",
            "worker.count"
        ]
    );
}

#[test]
fn a_value_that_has_no_default_is_told_once() {
    let found = problems(&Sources {
        flags: pairs(&[("remote.urls.work", "[1]")]),
        ..Sources::default()
    });
    assert!(
        matches!(&found[..], [ConfigProblem::Value { key, .. }] if key == "remote.urls.work"),
        "{found:?}"
    );
}

#[test]
fn a_malformed_file_is_one_problem_that_says_where() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("crochet.toml"), "[worker\n").unwrap();
    let found = problems(&Sources {
        folder: Some(folder.path().to_path_buf()),
        ..Sources::default()
    });
    assert_eq!(found.len(), 1);
    let told = found[0].to_string();
    let (file, detail) = told.split_once(" is not TOML: ").unwrap();
    assert!(file.ends_with("crochet.toml"), "{told}");
    assert!(
        detail.starts_with("line 1, column 8: invalid table header"),
        "{told}"
    );
    assert!(!told.contains('|') && !told.contains('\n'), "{told}");
}

#[test]
fn a_file_that_was_asked_for_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.toml");
    let found = problems(&Sources {
        file: Some(path.clone()),
        ..Sources::default()
    });
    assert_eq!(found, [ConfigProblem::FileMissing { path }]);
}

#[test]
fn parts_are_a_list_or_names_with_commas() {
    for written in ["work,worker", "[work, worker]", "work, worker"] {
        let config = load(&Sources {
            flags: pairs(&[("only", written)]),
            ..Sources::default()
        })
        .unwrap()
        .config;
        assert_eq!(config.only.0, [Part::Work, Part::Worker], "{written}");
        assert!(config.runs(Part::Work) && !config.runs(Part::Orthos));
    }
    assert!(
        problems(&Sources {
            flags: pairs(&[("only", "wrok")]),
            ..Sources::default()
        })[0]
            .to_string()
            .contains("wrok")
    );
}

#[test]
fn proxies_are_addresses_and_networks_and_by_themselves_none() {
    let trusted = |written: &[(&str, &str)]| {
        let sources = Sources {
            flags: pairs(written),
            ..Sources::default()
        };
        load(&sources).unwrap().config.http.trusted_proxies
    };
    let contains = |proxies: &Networks, address: &str| proxies.contain(address.parse().unwrap());
    assert!(trusted(&[]).is_empty());
    for written in ["10.0.0.0/8,::1", "[10.0.0.0/8, ::1]", "10.0.0.0/8 , ::1"] {
        let proxies = trusted(&[("http.trusted_proxies", written)]);
        assert!(
            contains(&proxies, "10.1.2.3") && contains(&proxies, "::1"),
            "{written}"
        );
        assert!(
            !contains(&proxies, "11.0.0.1") && !contains(&proxies, "::2"),
            "{written}"
        );
    }
    let found = problems(&Sources {
        flags: pairs(&[("http.trusted_proxies", "10.0.0.0/33")]),
        ..Sources::default()
    });
    assert!(
        found[0]
            .to_string()
            .contains("`10.0.0.0/33` is no address and no network"),
        "{found:?}"
    );
}

#[test]
fn secrets_are_masked_when_explained_and_when_printed() {
    let env = pairs(&[
        ("CROCHET_REMOTE_KEY", "ck_aaaa_bbbb"),
        ("CROCHET_REMOTE_URLS_WORK", "http://127.0.0.1:1"),
    ]);
    let loaded = load(&Sources {
        env,
        ..Sources::default()
    })
    .unwrap();
    let explained = format!("{:?} {:?}", loaded.explain(), loaded.config);
    assert!(!explained.contains("bbbb"), "{explained}");
    let settings = loaded.explain();
    assert!(
        settings
            .iter()
            .any(|setting| setting.key == "remote.key" && setting.value == "***")
    );
    assert_eq!(loaded.config.remote.urls[&Part::Work], "http://127.0.0.1:1");
}
