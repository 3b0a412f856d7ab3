//! The parts of a flow's forms, as Kratos writes them.
//!
//! Tolerant on purpose: what is not known is passed over, so that a newer Kratos still shows the rest.

use serde::Deserialize;
use serde_json::Value;

/// A part of a form.
#[derive(Debug, Clone, Deserialize)]
pub struct Node {
    /// The method that it belongs to, or `default` for all of them.
    pub group: String,
    /// What it is.
    pub attributes: Attributes,
    /// What Kratos has to say of it.
    #[serde(default)]
    pub messages: Vec<Message>,
    /// What to call it.
    #[serde(default)]
    pub meta: Meta,
}

/// What a part is.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "node_type", rename_all = "lowercase")]
pub enum Attributes {
    /// A field or a button.
    Input(Input),
    /// A picture.
    Img(Image),
    /// A text, such as a secret to write down.
    Text(ShownText),
    /// A link.
    A {
        /// Where it leads.
        href: String,
        /// What it says.
        title: Message,
    },
    /// A script, which comes from Kratos.
    Script {
        /// Where it is.
        src: String,
        /// What it must hash to.
        #[serde(default)]
        integrity: String,
    },
    /// Something of a newer Kratos.
    #[serde(other)]
    Unknown,
}

/// A field or a button.
#[derive(Debug, Clone, Deserialize)]
pub struct Input {
    /// Its name in the form.
    pub name: String,
    /// `hidden`, `text`, `password`, `submit`, `button` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it holds.
    #[serde(default)]
    pub value: Value,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// Whether it cannot be used.
    #[serde(default)]
    pub disabled: bool,
    /// What a browser may fill it in with.
    #[serde(default)]
    pub autocomplete: Option<String>,
    /// How long its text may be.
    #[serde(default)]
    pub maxlength: Option<u32>,
    /// What to call it, where [`Meta`] does not say.
    #[serde(default)]
    pub label: Option<Message>,
    /// The function of Kratos's script that a click runs.
    #[serde(default, rename = "onclickTrigger")]
    pub on_click: Option<String>,
    /// The function that runs when the page has loaded.
    #[serde(default, rename = "onloadTrigger")]
    pub on_load: Option<String>,
}

/// A picture.
#[derive(Debug, Clone, Deserialize)]
pub struct Image {
    /// Where it is; a `data:` address.
    pub src: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A text.
#[derive(Debug, Clone, Deserialize)]
pub struct ShownText {
    /// The text, with what it is made of.
    pub text: Message,
}

/// What to call a part.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Meta {
    /// Its label.
    #[serde(default)]
    pub label: Option<Message>,
}

/// Something that Kratos says to a person.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    /// What it says, whatever the language.
    pub id: i64,
    /// What it says.
    pub text: String,
    /// How it says it.
    #[serde(rename = "type")]
    pub tone: Tone,
    /// What it is made of.
    #[serde(default)]
    pub context: Value,
}

impl Message {
    /// The secrets that it is made of, one by one, when it is a list of them.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let secrets = self.context["secrets"].as_array().into_iter().flatten();
        secrets.filter_map(|secret| secret["text"].as_str())
    }
}

/// How something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// So it is.
    Info,
    /// It went wrong.
    Error,
    /// It went well.
    Success,
    /// Something of a newer Kratos.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(attributes: &Value) -> Attributes {
        serde_json::from_value(attributes.clone()).unwrap()
    }

    #[test]
    fn every_kind_of_part_is_read() {
        let input = json!({"node_type": "input", "name": "totp", "type": "checkbox", "value": true,
            "onclickTrigger": "oryPasskeyLogin", "label": {"id": 1, "text": "x", "type": "info"}});
        let Attributes::Input(input) = read(&input) else {
            panic!()
        };
        assert_eq!(
            (&*input.kind, input.value, input.required),
            ("checkbox", json!(true), false)
        );
        assert_eq!(input.on_click.as_deref(), Some("oryPasskeyLogin"));

        let img = read(&json!({"node_type": "img", "id": "i", "src": "data:x", "width": 256, "height": 256}));
        assert!(matches!(img, Attributes::Img(Image { width: 256, .. })));
        let a = json!({"node_type": "a", "id": "i", "href": "/", "title": {"id": 1, "text": "x", "type": "info"}});
        assert!(matches!(read(&a), Attributes::A { .. }));
        let script = json!({"node_type": "script", "src": "/x.js", "integrity": "sha512-x", "async": true});
        assert!(matches!(read(&script), Attributes::Script { .. }));
        assert!(matches!(
            read(&json!({"node_type": "div", "id": "d"})),
            Attributes::Unknown
        ));
    }

    #[test]
    fn secrets_are_told_one_by_one() {
        let secrets = json!({"secrets": [{"id": 1, "text": "aaa"}, {"id": 2, "text": "bbb"}]});
        let text = json!({"node_type": "text", "id": "codes", "text": {"id": 1, "text": "aaa, bbb", "type": "info",
            "context": secrets}});
        let Attributes::Text(text) = read(&text) else {
            panic!()
        };
        assert_eq!(text.text.secrets().collect::<Vec<_>>(), ["aaa", "bbb"]);
    }

    #[test]
    fn a_tone_of_a_newer_kratos_is_none_of_ours() {
        let message = json!({"id": 1, "text": "x", "type": "whisper"});
        assert_eq!(
            serde_json::from_value::<Message>(message).unwrap().tone,
            Tone::Unknown
        );
    }
}
