//! Security schemes and requirements.

use crate::diagnostic::Diagnostic;
use crate::ir::{
    ApiKeyIn, OAuthFlow, OAuthFlows, SchemeUse, Security, SecurityAlternative, SecurityScheme,
    SecuritySchemeKind,
};
use crate::load::{Cursor, Data};
use crate::normalise::context::Normaliser;
use crate::normalise::fields::extensions;

const WHAT: &str = "a security scheme";

impl Normaliser<'_> {
    pub(super) fn security_schemes(&mut self, root: &Cursor) -> Vec<SecurityScheme> {
        let Some(components) = root.get("components") else {
            return Vec::new();
        };
        let schemes = self.map_all(&components, "securitySchemes");
        schemes
            .into_iter()
            .filter_map(|(name, at)| self.security_scheme(name, &at))
            .collect()
    }

    fn security_scheme(&mut self, name: String, at: &Cursor) -> Option<SecurityScheme> {
        let at = self.follow(at)?;
        let fields = [
            "type",
            "description",
            "name",
            "in",
            "scheme",
            "bearerFormat",
            "flows",
            "openIdConnectUrl",
        ];
        if !self.object(&at, WHAT, &fields) {
            return None;
        }
        let kind = self.security_scheme_kind(&at)?;
        let description = self.text(&at, "description");
        Some(SecurityScheme {
            name,
            description,
            kind,
            extensions: extensions(&at),
            location: at.location(),
        })
    }

    fn security_scheme_kind(&mut self, at: &Cursor) -> Option<SecuritySchemeKind> {
        match self.demanded_text(at, WHAT, "type").as_str() {
            "apiKey" => self.api_key(at),
            "http" => Some(SecuritySchemeKind::Http {
                scheme: self.demanded_text(at, WHAT, "scheme").to_ascii_lowercase(),
                bearer_format: self.text(at, "bearerFormat"),
            }),
            "oauth2" => Some(SecuritySchemeKind::OAuth2(Box::new(self.flows(at)))),
            "openIdConnect" => Some(SecuritySchemeKind::OpenIdConnect {
                url: self.demanded_text(at, WHAT, "openIdConnectUrl"),
            }),
            other => {
                let message = format!("`{other}` is not a type of security scheme");
                let complaint = Diagnostic::error("unknown-security-type", &at.location(), message);
                self.report(complaint.help("one of `apiKey`, `http`, `oauth2`, `openIdConnect`"));
                None
            }
        }
    }

    fn api_key(&mut self, at: &Cursor) -> Option<SecuritySchemeKind> {
        let name = self.demanded_text(at, WHAT, "name");
        let place = match self.demanded_text(at, WHAT, "in").as_str() {
            "query" => ApiKeyIn::Query,
            "header" => ApiKeyIn::Header,
            "cookie" => ApiKeyIn::Cookie,
            other => {
                let message = format!("an API key cannot be in `{other}`");
                let complaint = Diagnostic::error("unknown-security-type", &at.location(), message);
                self.report(complaint.help("one of `query`, `header`, `cookie`"));
                return None;
            }
        };
        Some(SecuritySchemeKind::ApiKey { name, place })
    }

    fn flows(&mut self, at: &Cursor) -> OAuthFlows {
        let Some(flows) = at.get("flows") else {
            self.missing(at, WHAT, "flows");
            return OAuthFlows::default();
        };
        self.object(
            &flows,
            "`flows`",
            &["implicit", "password", "clientCredentials", "authorizationCode"],
        );
        OAuthFlows {
            implicit: self.flow(&flows, "implicit"),
            password: self.flow(&flows, "password"),
            client_credentials: self.flow(&flows, "clientCredentials"),
            authorization_code: self.flow(&flows, "authorizationCode"),
        }
    }

    fn flow(&mut self, flows: &Cursor, kind: &str) -> Option<OAuthFlow> {
        let flow = flows.get(kind)?;
        if !self.object(
            &flow,
            "a flow",
            &["authorizationUrl", "tokenUrl", "refreshUrl", "scopes"],
        ) {
            return None;
        }
        let scopes = self.map(&flow, "scopes");
        Some(OAuthFlow {
            authorization_url: self.text(&flow, "authorizationUrl"),
            token_url: self.text(&flow, "tokenUrl"),
            refresh_url: self.text(&flow, "refreshUrl"),
            scopes: scopes
                .into_iter()
                .map(|(scope, text)| (scope, text.text().unwrap_or_default().to_owned()))
                .collect(),
        })
    }

    /// The `security` of a document or operation; `None` when it says nothing.
    pub(super) fn security(&mut self, at: &Cursor, inherited: bool) -> Option<Security> {
        let place = at.get("security")?;
        let alternatives = self
            .list(at, "security")
            .iter()
            .map(|one| self.alternative(one))
            .collect();
        Some(Security {
            alternatives,
            inherited,
            location: place.location(),
        })
    }

    fn alternative(&mut self, at: &Cursor) -> SecurityAlternative {
        if !matches!(at.node.data, Data::Object(_)) {
            self.wrong(at, "a security requirement", "an object");
        }
        let mut schemes = Vec::new();
        for (scheme, place) in at.entries() {
            let scopes = self.texts(at, &scheme);
            schemes.push(SchemeUse {
                scheme,
                scopes,
                location: place.location(),
            });
        }
        SecurityAlternative { schemes }
    }
}
