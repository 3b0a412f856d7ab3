//! A flow as a page shows it: one form for each method, made of fields, buttons, texts and pictures.
//!
//! Nothing here knows a method by what it does: a form is whatever Kratos puts into a group. One form each, because what
//! one method requires must not keep another from being sent. What belongs to all methods stands in each of them, but for
//! those that take somebody's name from elsewhere.

use crochet_auth::flows::{Attributes, Flow, FlowKind, Input, Message, Node, Tone};
use serde::Serialize;
use serde_json::Value;

use super::words;
use crate::proxy::KRATOS;

/// The group whose parts belong to every method.
const SHARED: &str = "default";
/// The group of accounts that somebody has elsewhere.
const ELSEWHERE: &str = "oidc";
/// The button that leads back to the step before.
const WAY_BACK: &str = "screen";

/// A page of a flow.
#[derive(Debug, Serialize)]
pub(super) struct FlowView {
    pub(super) title: &'static str,
    /// What the page is for, where its form does not say.
    lead: Option<&'static str>,
    /// Where the forms go: on our own origin, whatever Kratos believes that to be.
    action: String,
    pub(super) said: Vec<Said>,
    pub(super) forms: Vec<FormView>,
    /// Kratos's script, and what it must hash to.
    script: Option<ScriptView>,
}

/// A form.
#[derive(Debug, Serialize)]
pub(super) struct FormView {
    pub(super) group: String,
    /// What stands above it, where there are several.
    heading: Option<&'static str>,
    /// What is said of parts that nobody sees.
    pub(super) said: Vec<Said>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) parts: Vec<Part>,
    /// Whether nothing of it works without a script.
    pub(super) needs_script: bool,
}

/// A part that is sent and not seen.
#[derive(Debug, Serialize)]
pub(super) struct Hidden {
    pub(super) name: String,
    pub(super) value: String,
    on_load: Option<String>,
}

/// A part that is seen.
#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub(super) enum Part {
    Field(Field),
    Button(Button),
    Secrets {
        label: String,
        secrets: Vec<String>,
    },
    Text {
        label: String,
        text: String,
    },
    Image {
        label: String,
        src: String,
        width: u32,
        height: u32,
    },
    Link {
        href: String,
        title: String,
    },
}

/// A field.
#[derive(Debug, Serialize)]
pub(super) struct Field {
    /// Unique on the page.
    id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) label: String,
    value: String,
    checked: bool,
    required: bool,
    disabled: bool,
    autocomplete: Option<String>,
    inputmode: Option<&'static str>,
    maxlength: Option<u32>,
    on_load: Option<String>,
    /// What is said of it; read out with it.
    pub(super) said: Vec<Said>,
}

/// A button.
#[derive(Debug, Serialize)]
pub(super) struct Button {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) label: String,
    disabled: bool,
    /// The function that it runs instead of sending the form.
    pub(super) on_click: Option<String>,
    on_load: Option<String>,
    said: Vec<Said>,
}

/// Something that Kratos says.
#[derive(Debug, Serialize)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) wrong: bool,
}

#[derive(Debug, Serialize)]
struct ScriptView {
    src: String,
    integrity: String,
}

impl FlowView {
    /// How a flow is shown.
    pub(super) fn of(kind: FlowKind, flow: &Flow) -> Self {
        let nodes = &flow.ui.nodes;
        let groups = groups(nodes);
        let several = groups.len() > 1;
        let forms = groups.into_iter().map(|group| form(kind, group, nodes, several));
        Self {
            title: words::title(kind, flow),
            lead: words::lead(kind, flow),
            action: format!("{}/self-service/{kind}?flow={}", KRATOS.prefix, flow.id),
            said: said(&flow.ui.messages),
            forms: forms.collect(),
            script: nodes.iter().find_map(script),
        }
    }

    /// Whether one of its forms leads to another server, which knows the person.
    pub(super) fn leads_out(&self) -> bool {
        self.forms.iter().any(|form| form.group == ELSEWHERE)
    }
}

/// The methods that there is something to see of, in Kratos's order; the shared parts alone where there is none.
fn groups(nodes: &[Node]) -> Vec<&str> {
    let mut groups: Vec<&str> = Vec::new();
    for node in nodes {
        let seen = !matches!(node.attributes, Attributes::Script { .. } | Attributes::Unknown);
        if seen && node.group != SHARED && !groups.contains(&&*node.group) {
            groups.push(&node.group);
        }
    }
    if groups.is_empty() {
        groups.push(SHARED);
    }
    groups
}

fn form(kind: FlowKind, group: &str, nodes: &[Node], several: bool) -> FormView {
    let mut form = FormView {
        group: group.to_owned(),
        heading: None,
        said: Vec::new(),
        hidden: Vec::new(),
        parts: Vec::new(),
        needs_script: false,
    };
    // Fields before buttons, whichever the order in which Kratos lists the groups.
    let shared = nodes.iter().filter(|node| node.group == SHARED);
    let own = nodes.iter().filter(|node| node.group == group && group != SHARED);
    for node in shared {
        if names_somebody(kind, group) || is_hidden(node) {
            form.add(group, node);
        }
    }
    for node in own {
        form.add(group, node);
    }
    let buttons = || {
        form.parts.iter().filter_map(|part| match part {
            Part::Button(button) => Some(button),
            _ => None,
        })
    };
    form.needs_script = buttons().count() > 0 && buttons().all(|button| button.on_click.is_some());
    let leads_back = form.parts.len() == 1 && buttons().any(|button| button.name == WAY_BACK);
    form.heading = words::heading(group).filter(|_| several && !leads_back);
    form
}

/// Whether a method asks whom it is about; a passkey and another provider know.
fn names_somebody(kind: FlowKind, group: &str) -> bool {
    group != ELSEWHERE && !(group == "passkey" && kind == FlowKind::Login)
}

fn is_hidden(node: &Node) -> bool {
    matches!(&node.attributes, Attributes::Input(input) if input.kind == "hidden")
}

impl FormView {
    fn add(&mut self, group: &str, node: &Node) {
        let label = |fallback: &str| label(node, fallback);
        let part = match &node.attributes {
            Attributes::Input(input) if input.kind == "hidden" => {
                self.said.extend(said(&node.messages));
                self.hidden.push(hidden(input));
                return;
            }
            Attributes::Input(input) if matches!(&*input.kind, "submit" | "button") => {
                Part::Button(button(input, node))
            }
            Attributes::Input(input) => Part::Field(field(group, input, node)),
            Attributes::Text(shown) => {
                let secrets: Vec<_> = shown.text.secrets().map(str::to_owned).collect();
                let label = label("");
                if secrets.is_empty() {
                    let text = shown.text.text.clone();
                    Part::Text { label, text }
                } else {
                    Part::Secrets { label, secrets }
                }
            }
            Attributes::Img(image) if image.src.starts_with("data:image/") => Part::Image {
                label: label("Picture"),
                src: image.src.clone(),
                width: image.width,
                height: image.height,
            },
            Attributes::A { href, title } => {
                let Some(href) = words::own_place(href) else {
                    return;
                };
                let title = title.text.clone();
                Part::Link { href, title }
            }
            Attributes::Img(_) | Attributes::Script { .. } | Attributes::Unknown => return,
        };
        self.parts.push(part);
    }
}

fn hidden(input: &Input) -> Hidden {
    Hidden {
        name: input.name.clone(),
        value: text_of(&input.value),
        on_load: function(input.on_load.as_deref()),
    }
}

fn button(input: &Input, node: &Node) -> Button {
    Button {
        name: input.name.clone(),
        value: text_of(&input.value),
        label: label(node, &words::spoken(&input.name)),
        disabled: input.disabled,
        on_click: function(input.on_click.as_deref()),
        on_load: function(input.on_load.as_deref()),
        said: said(&node.messages),
    }
}

fn field(group: &str, input: &Input, node: &Node) -> Field {
    let checkbox = input.kind == "checkbox";
    let fallback = input
        .label
        .as_ref()
        .map_or_else(|| words::spoken(&input.name), |label| label.text.clone());
    Field {
        id: format!("{group}-{}", input.name.replace('.', "-")),
        name: input.name.clone(),
        kind: words::field_kind(&input.kind).to_owned(),
        label: label(node, &fallback),
        value: if checkbox {
            "true".to_owned()
        } else {
            text_of(&input.value)
        },
        checked: checkbox && input.value == Value::Bool(true),
        required: input.required,
        disabled: input.disabled,
        autocomplete: input
            .autocomplete
            .clone()
            .or_else(|| words::autocomplete(&input.name)),
        inputmode: words::inputmode(&input.name),
        maxlength: input.maxlength,
        on_load: function(input.on_load.as_deref()),
        said: said(&node.messages),
    }
}

fn script(node: &Node) -> Option<ScriptView> {
    match &node.attributes {
        Attributes::Script { src, integrity } => Some(ScriptView {
            src: words::below_prefix(src)?,
            integrity: integrity.clone(),
        }),
        _ => None,
    }
}

fn label(node: &Node, fallback: &str) -> String {
    let label = node.meta.label.as_ref().map(|label| label.text.clone());
    label
        .filter(|label| !label.is_empty())
        .unwrap_or_else(|| fallback.to_owned())
}

fn said(messages: &[Message]) -> Vec<Said> {
    let said = |message: &Message| Said {
        text: message.text.clone(),
        wrong: message.tone == Tone::Error,
    };
    messages.iter().map(said).collect()
}

/// Only functions of Kratos's script are run.
fn function(name: Option<&str>) -> Option<String> {
    let name =
        name.filter(|name| name.starts_with("ory") && name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    name.map(str::to_owned)
}

/// A value as a form sends it.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
