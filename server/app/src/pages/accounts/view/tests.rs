//! Flows as a real Kratos wrote them, and what a page makes of them.

use serde_json::json;

use super::*;

fn flow(written: &str) -> Flow {
    serde_json::from_str(written).unwrap()
}

fn view(kind: FlowKind, written: &str) -> FlowView {
    FlowView::of(kind, &flow(written))
}

fn form<'a>(view: &'a FlowView, group: &str) -> &'a FormView {
    view.forms.iter().find(|form| form.group == group).unwrap()
}

fn fields(form: &FormView) -> Vec<&str> {
    let names = form.parts.iter().filter_map(|part| match part {
        Part::Field(field) => Some(&*field.name),
        _ => None,
    });
    names.collect()
}

const LOGIN: &str = include_str!("../testdata/login_wrong.json");
const SETTINGS: &str = include_str!("../testdata/settings.json");
const HIDDEN: &str = include_str!("../testdata/registration_hidden.json");

#[test]
fn every_method_has_a_form_of_its_own_with_the_shared_parts() {
    let view = view(FlowKind::Login, LOGIN);
    let groups: Vec<_> = view.forms.iter().map(|form| &*form.group).collect();
    assert_eq!(groups, ["passkey", "password"]);
    assert_eq!(fields(form(&view, "password")), ["identifier", "password"]);
    for form in &view.forms {
        assert!(
            form.hidden.iter().any(|hidden| hidden.name == "csrf_token"),
            "{}",
            form.group
        );
    }
    assert!(view.said[0].wrong && view.said[0].text.contains("credentials are invalid"));
}

#[test]
fn a_passkey_asks_for_no_address_and_says_that_it_needs_a_script() {
    let view = view(FlowKind::Login, LOGIN);
    let passkey = form(&view, "passkey");
    assert!(fields(passkey).is_empty());
    assert!(passkey.needs_script && !form(&view, "password").needs_script);
    let clicks = passkey.parts.iter().find_map(|part| match part {
        Part::Button(button) => button.on_click.as_deref(),
        _ => None,
    });
    assert_eq!(clicks, Some("oryPasskeyLogin"));
}

#[test]
fn forms_and_scripts_stay_on_our_origin_whatever_kratos_believes_it_to_be() {
    let view = view(FlowKind::Login, LOGIN);
    assert!(
        view.action.starts_with("/.ory/kratos/self-service/login?flow="),
        "{}",
        view.action
    );
    assert_eq!(
        view.script.unwrap().src,
        "/.ory/kratos/.well-known/ory/webauthn.js"
    );
}

#[test]
fn what_is_said_of_a_hidden_part_is_shown_in_its_form() {
    let view = view(FlowKind::Registration, HIDDEN);
    let password = form(&view, "password");
    assert!(
        password
            .said
            .iter()
            .any(|said| said.wrong && said.text.contains("is not valid"))
    );
    let Some(Part::Field(field)) = password.parts.first() else {
        panic!()
    };
    assert_eq!(field.name, "password");
    assert!(
        field
            .said
            .iter()
            .any(|said| said.text.contains("at least 10 characters"))
    );
}

#[test]
fn settings_show_the_picture_the_secret_and_a_field_for_the_code() {
    let view = view(FlowKind::Settings, SETTINGS);
    let totp = form(&view, "totp");
    assert_eq!(totp.heading, Some("Authenticator app"));
    assert!(
        totp.parts
            .iter()
            .any(|part| matches!(part, Part::Image { width: 256, .. }))
    );
    assert!(
        totp.parts
            .iter()
            .any(|part| matches!(part, Part::Text { text, .. } if text.len() == 32))
    );
    assert_eq!(fields(totp), ["totp_code"]);
    let Some(Part::Field(code)) = totp.parts.iter().find(|part| matches!(part, Part::Field(_))) else {
        panic!()
    };
    assert_eq!(
        (code.autocomplete.as_deref(), code.inputmode),
        (Some("one-time-code"), Some("numeric"))
    );
}

#[test]
fn a_code_can_be_asked_for_again() {
    let view = view(FlowKind::Recovery, include_str!("../testdata/recovery_code.json"));
    assert_eq!(view.forms.len(), 1);
    let code = form(&view, "code");
    let buttons = code.parts.iter().filter_map(|part| match part {
        Part::Button(button) => Some((&*button.name, &*button.value)),
        _ => None,
    });
    assert_eq!(
        buttons.collect::<Vec<_>>(),
        [("method", "code"), ("email", "ann@example.org")]
    );
    assert!(code.heading.is_none(), "one form needs no heading");
}

/// A flow with one part.
fn with(node: &serde_json::Value) -> FlowView {
    let written = json!({"id": "1", "ui": {"nodes": [node], "messages": []}});
    view(FlowKind::Settings, &written.to_string())
}

fn part(node: &serde_json::Value) -> Option<Part> {
    with(node).forms.remove(0).parts.pop()
}

#[test]
fn a_list_of_secrets_is_shown_one_by_one() {
    let text = json!({"id": 1, "text": "a, b", "type": "info", "context": {"secrets": [{"text": "a"}, {"text": "b"}]}});
    let node = json!({"group": "lookup_secret", "attributes": {"node_type": "text", "text": text}});
    assert!(matches!(part(&node), Some(Part::Secrets { secrets, .. }) if secrets == ["a", "b"]));
}

#[test]
fn parts_that_nobody_knows_are_left_out() {
    let unknown = json!({"group": "new", "attributes": {"node_type": "div"}});
    assert!(part(&unknown).is_none());
    let picture = json!({"group": "x", "attributes": {"node_type": "img", "src": "https://evil.example/x.png",
        "width": 1, "height": 1}});
    assert!(part(&picture).is_none());
    let link = json!({"group": "x", "attributes": {"node_type": "a", "href": "javascript:alert(1)",
        "title": {"id": 1, "text": "x", "type": "info"}}});
    assert!(part(&link).is_none());
}

#[test]
fn only_the_form_of_an_account_elsewhere_may_lead_there() {
    let node = |group: &str| json!({"group": group, "attributes": {"node_type": "input", "name": "provider", "type": "submit", "value": "x"}});
    assert!(with(&node("oidc")).leads_out() && !with(&node("password")).leads_out());
}

#[test]
fn only_functions_of_kratoss_script_are_run() {
    for (named, run) in [
        ("oryPasskeyLogin", true),
        ("alert", false),
        ("ory.x", false),
        ("ory()", false),
    ] {
        let node = json!({"group": "x", "attributes": {"node_type": "input", "name": "b", "type": "button",
            "onclickTrigger": named}});
        let Some(Part::Button(button)) = part(&node) else {
            panic!()
        };
        assert_eq!(button.on_click.is_some(), run, "{named}");
    }
}
