//! Types and traits of Tea house, generated from tea_house.yaml: change that file, not this one.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use crochet_openapi::{
    At, ByteStream, Caller, Described, EventStream, JsonCase, JsonMember, JsonShape,
    Maybe, Pattern, Problem, Validate, Violations, not_null, scalar_newtype, string_enum,
    string_newtype,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Everything that Tea house can do.
///
/// A small spec that uses every feature that the generator knows. Its expansion is stored beside it and
/// compiled, and served in tests: what stands there is what a spec becomes.
pub trait TeaHouseApi: TeasOperations + OrdersOperations + HouseOperations {}

impl<T> TeaHouseApi for T
where
    T: TeasOperations + OrdersOperations + HouseOperations + ?Sized,
{}

/// What is on the shelf.
#[async_trait]
pub trait TeasOperations: Send + Sync {
    /// List the teas.
    ///
    /// In the order of their names.
    ///
    /// `GET /teas`
    async fn list_teas(
        &self,
        caller: &Caller,
        params: ListTeasParams,
    ) -> Result<TeaPage, Problem>;

    /// Put a tea on the shelf.
    ///
    /// `POST /teas`
    async fn create_tea(
        &self,
        caller: &Caller,
        params: CreateTeaParams,
        body: NewTea,
    ) -> Result<CreateTeaResponse, Problem>;

    /// Read a tea.
    ///
    /// `GET /teas/{tea_id}`
    async fn read_tea(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        params: ReadTeaParams,
    ) -> Result<ReadTeaResponse, Problem>;

    /// Change a tea.
    ///
    /// What is absent stays, what is null goes.
    ///
    /// `PATCH /teas/{tea_id}`
    async fn change_tea(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        params: ChangeTeaParams,
        body: TeaPatch,
    ) -> Result<Tea, Problem>;

    /// Take a tea from the shelf.
    ///
    /// Deprecated: it will go away.
    /// `DELETE /teas/{tea_id}`
    async fn delete_tea(&self, caller: &Caller, tea_id: TeaId) -> Result<(), Problem>;

    /// Read the label of a tea.
    ///
    /// `GET /teas/{tea_id}/label`
    async fn read_label(
        &self,
        caller: &Caller,
        tea_id: TeaId,
    ) -> Result<ByteStream, Problem>;

    /// Replace the label of a tea.
    ///
    /// `PUT /teas/{tea_id}/label`
    async fn replace_label(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        body: ReplaceLabelBody,
    ) -> Result<ReplaceLabelResponse, Problem>;
}

/// What guests want.
#[async_trait]
pub trait OrdersOperations: Send + Sync {
    /// Place orders.
    ///
    /// `POST /orders`
    async fn place_orders(
        &self,
        caller: &Caller,
        body: PlaceOrdersBody,
    ) -> Result<PlaceOrdersOutput, Problem>;

    /// Watch an order.
    ///
    /// `GET /orders/{number}/events`
    async fn watch_order(
        &self,
        caller: &Caller,
        number: i64,
        params: WatchOrderParams,
    ) -> Result<WatchOrderResponse, Problem>;
}

/// The house itself.
#[async_trait]
pub trait HouseOperations: Send + Sync {
    /// Greet.
    ///
    /// `GET /greeting`
    async fn greet(&self, caller: &Caller) -> Result<String, Problem>;

    /// Tell a secret.
    ///
    /// `POST /secret`
    async fn tell_secret(
        &self,
        caller: &Caller,
        body: Option<Wish>,
    ) -> Result<Secret, Problem>;
}

/// The query and header parameters of `list_teas`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListTeasParams {
    /// At most so many items on this page.
    pub limit: i32,
    /// `next_page` of the page before.
    pub page_token: Option<PageToken>,
    /// Only teas of these kinds.
    pub kind: Option<Vec<Kind>>,
    /// Only teas whose name begins so.
    pub prefix: Option<String>,
    /// Only teas that take water of at most so many degrees.
    pub hottest: Option<f64>,
    /// Only teas without caffeine.
    pub decaf: bool,
}

impl Default for ListTeasParams {
    fn default() -> Self {
        Self {
            limit: 50,
            page_token: None,
            kind: None,
            prefix: None,
            hottest: None,
            decaf: false,
        }
    }
}

/// The query and header parameters of `create_tea`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateTeaParams {
    /// Makes it safe to send the same request again.
    pub idempotency_key: Option<String>,
}

/// What `create_tea` answers.
#[derive(Debug)]
pub struct CreateTeaResponse {
    /// The new tea.
    pub body: Tea,
    /// The state of the tea.
    pub etag: EntityTag,
    /// Where the tea can be read.
    pub location: String,
}

/// The query and header parameters of `read_tea`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadTeaParams {
    /// The `ETag` that one has.
    pub if_none_match: Option<EntityTag>,
}

/// What `read_tea` answers.
#[derive(Debug)]
pub enum ReadTeaResponse {
    /// The tea.
    Ok {
        /// The tea.
        body: Tea,
        /// The state of the tea.
        etag: EntityTag,
    },
    /// It has not changed.
    NotModified {
        /// The state of the tea.
        etag: EntityTag,
    },
}

/// The query and header parameters of `change_tea`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeTeaParams {
    /// The `ETag` that was read.
    pub if_match: EntityTag,
}

/// The body of `replace_label`, in one of its media types.
#[derive(Debug)]
pub enum ReplaceLabelBody {
    /// `image/png`
    Png(ByteStream),
    /// `application/json`
    Json(Picture),
}

/// What `replace_label` answers.
#[derive(Debug)]
pub enum ReplaceLabelResponse {
    /// It is being printed.
    Accepted {
        /// How many are printed.
        x_copies: Option<i32>,
    },
    /// It was the same.
    NoContent,
}

/// The query and header parameters of `watch_order`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WatchOrderParams {
    /// The id of the last event that arrived.
    pub last_event_id: Option<String>,
}

/// What `watch_order` answers.
#[derive(Debug)]
pub enum WatchOrderResponse {
    /// What happens to it.
    Ok {
        /// What happens to it.
        body: EventStream<OrderEvent>,
    },
    /// Nothing more will happen to it.
    NoContent,
}

/// `PlaceOrdersBody` of the spec.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceOrdersBody(pub Vec<Order>);

impl Validate for PlaceOrdersBody {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        found.min_items(at, self.0.len(), 1);
        found.max_items(at, self.0.len(), 1000);
        self.0.validate(at, found);
    }
}

impl Described for PlaceOrdersBody {
    fn shape() -> JsonShape {
        <Vec<Order> as Described>::shape()
    }
}

/// `PlaceOrdersOutput` of the spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceOrdersOutput {
    /// `prices`
    pub prices: Vec<f32>,
}

impl Validate for PlaceOrdersOutput {
    fn validate(&self, _: &At<'_>, _: &mut Violations) {}
}

impl Described for PlaceOrdersOutput {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[JsonMember::required::<Vec<f32>>("prices")];
        JsonShape::open(MEMBERS)
    }
}

/// The name of a tea in addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TeaId(String);

string_newtype!(pub TeaId);

impl Validate for TeaId {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        static TEA_ID: Pattern = Pattern::new("^[a-z][a-z0-9-]*$")
            .meaning("lower-case letters, digits and hyphens, beginning with a letter");
        found.max_length(at, &self.0, 40);
        found.pattern(at, &self.0, &TEA_ID);
    }
}

/// An entity tag (RFC 9110).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityTag(String);

string_newtype!(pub EntityTag);

impl Validate for EntityTag {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        static ENTITY_TAG: Pattern = Pattern::new(r#"^(W/)?"[\x21\x23-\x7e]*"$"#)
            .meaning("an entity tag in double quotes");
        found.pattern(at, &self.0, &ENTITY_TAG);
    }
}

/// An opaque mark in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageToken(String);

string_newtype!(pub PageToken);

impl Validate for PageToken {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        found.max_length(at, &self.0, 200);
    }
}

/// A weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grams(i64);

scalar_newtype!(pub Grams(i64));

impl Validate for Grams {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        found.minimum(at, self.0, 0);
        found.maximum(at, self.0, 9_007_199_254_740_991);
    }
}

/// The batch that a tea came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(Uuid);

scalar_newtype!(pub BatchId(Uuid));

impl Validate for BatchId {
    fn validate(&self, _: &At<'_>, _: &mut Violations) {}
}

/// What kind of tea it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `green`
    Green,
    /// `black`
    Black,
    /// `cold-brew`
    ColdBrew,
}

string_enum!(pub Kind { Green = "green", Black = "black", ColdBrew = "cold-brew" });

/// A tea to be put on the shelf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTea {
    /// The name of a tea in addresses.
    pub id: TeaId,
    /// What people call it.
    pub name: String,
    /// What kind of tea it is.
    pub kind: Kind,
    /// How to heat the water.
    pub water: NewTeaWater,
    /// A weight.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub grams: Option<Grams>,
    /// How strong it gets.
    #[serde(default = "NewTea::default_strength")]
    pub strength: f32,
    /// Words to find it by.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What guests said, by name.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub notes: Option<BTreeMap<String, String>>,
    /// What it is made of, if it is made of others.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub blend: Option<Vec<Part>>,
}

impl NewTea {
    fn default_strength() -> f32 {
        0.5
    }
}

impl Validate for NewTea {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        static NAME: Pattern = Pattern::new(r"^\S(.*\S)?$")
            .meaning("one line without spaces at its ends");
        static TAGS_ITEM: Pattern = Pattern::new("^[a-z]+$")
            .meaning("lower-case letters");
        self.id.validate(&at.field("id"), found);
        let name_at = at.field("name");
        found.min_length(&name_at, &self.name, 1);
        found.max_length(&name_at, &self.name, 80);
        found.pattern(&name_at, &self.name, &NAME);
        self.water.validate(&at.field("water"), found);
        self.grams.validate(&at.field("grams"), found);
        let strength_at = at.field("strength");
        found.minimum(&strength_at, self.strength, 0.0);
        found.maximum(&strength_at, self.strength, 1.0);
        found.multiple_of_float(&strength_at, f64::from(self.strength), 0.25);
        if let Some(tags) = &self.tags {
            let at = at.field("tags");
            found.max_items(&at, tags.len(), 8);
            found.unique_items(&at, tags);
            for (index, item) in tags.iter().enumerate() {
                let at = at.index(index);
                found.pattern(&at, item, &TAGS_ITEM);
            }
        }
        if let Some(notes) = &self.notes {
            let at = at.field("notes");
            found.max_properties(&at, notes.len(), 4);
            for (key, item) in notes {
                let at = at.field(key);
                found.max_length(&at, item, 200);
            }
        }
        self.blend.validate(&at.field("blend"), found);
    }
}

impl Described for NewTea {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<TeaId>("id"),
            JsonMember::required::<String>("name"),
            JsonMember::required::<Kind>("kind"),
            JsonMember::required::<NewTeaWater>("water"),
            JsonMember::optional::<Grams>("grams"),
            JsonMember::optional::<f32>("strength"),
            JsonMember::optional::<Vec<String>>("tags"),
            JsonMember::optional::<BTreeMap<String, String>>("notes"),
            JsonMember::optional::<Vec<Part>>("blend"),
        ];
        JsonShape::closed(MEMBERS)
    }
}

/// How to heat the water.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewTeaWater {
    /// How hot it is.
    pub celsius: i32,
    /// Where it comes from.
    #[serde(default = "NewTeaWater::default_source")]
    pub source: NewTeaWaterSource,
}

impl NewTeaWater {
    fn default_source() -> NewTeaWaterSource {
        NewTeaWaterSource::Tap
    }
}

impl Validate for NewTeaWater {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        let celsius_at = at.field("celsius");
        found.minimum(&celsius_at, self.celsius, 1);
        found.maximum(&celsius_at, self.celsius, 100);
    }
}

impl Described for NewTeaWater {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<i32>("celsius"),
            JsonMember::optional::<NewTeaWaterSource>("source"),
        ];
        JsonShape::open(MEMBERS)
    }
}

/// Where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewTeaWaterSource {
    /// `tap`
    Tap,
    /// `spring`
    Spring,
}

string_enum!(pub NewTeaWaterSource { Tap = "tap", Spring = "spring" });

/// A part of a blend, which may be a blend itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// How much of it.
    pub share: f64,
    /// A part of a blend, which may be a blend itself.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub of: Option<Box<Part>>,
    /// The name of a tea in addresses.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub tea: Option<TeaId>,
}

impl Validate for Part {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        let share_at = at.field("share");
        found.above(&share_at, self.share, 0.0);
        found.maximum(&share_at, self.share, 1.0);
        self.of.validate(&at.field("of"), found);
        self.tea.validate(&at.field("tea"), found);
    }
}

impl Described for Part {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<f64>("share"),
            JsonMember::optional::<Box<Part>>("of"),
            JsonMember::optional::<TeaId>("tea"),
        ];
        JsonShape::open(MEMBERS)
    }
}

/// A tea on the shelf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tea {
    /// The name of a tea in addresses.
    pub id: TeaId,
    /// What people call it.
    pub name: String,
    /// What kind of tea it is.
    pub kind: Kind,
    /// How to heat the water.
    pub water: NewTeaWater,
    /// A weight.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub grams: Option<Grams>,
    /// How strong it gets.
    #[serde(default = "Tea::default_strength")]
    pub strength: f32,
    /// Words to find it by.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What guests said, by name.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub notes: Option<BTreeMap<String, String>>,
    /// What it is made of, if it is made of others.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub blend: Option<Vec<Part>>,
    /// Since when it is there.
    pub since: DateTime<Utc>,
    /// Until when it is good.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub best_before: Maybe<NaiveDate>,
    /// The batch that a tea came with.
    pub batch: BatchId,
}

impl Tea {
    fn default_strength() -> f32 {
        0.5
    }
}

impl Validate for Tea {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        static NAME: Pattern = Pattern::new(r"^\S(.*\S)?$")
            .meaning("one line without spaces at its ends");
        static TAGS_ITEM: Pattern = Pattern::new("^[a-z]+$")
            .meaning("lower-case letters");
        self.id.validate(&at.field("id"), found);
        let name_at = at.field("name");
        found.min_length(&name_at, &self.name, 1);
        found.max_length(&name_at, &self.name, 80);
        found.pattern(&name_at, &self.name, &NAME);
        self.water.validate(&at.field("water"), found);
        self.grams.validate(&at.field("grams"), found);
        let strength_at = at.field("strength");
        found.minimum(&strength_at, self.strength, 0.0);
        found.maximum(&strength_at, self.strength, 1.0);
        found.multiple_of_float(&strength_at, f64::from(self.strength), 0.25);
        if let Some(tags) = &self.tags {
            let at = at.field("tags");
            found.max_items(&at, tags.len(), 8);
            found.unique_items(&at, tags);
            for (index, item) in tags.iter().enumerate() {
                let at = at.index(index);
                found.pattern(&at, item, &TAGS_ITEM);
            }
        }
        if let Some(notes) = &self.notes {
            let at = at.field("notes");
            found.max_properties(&at, notes.len(), 4);
            for (key, item) in notes {
                let at = at.field(key);
                found.max_length(&at, item, 200);
            }
        }
        self.blend.validate(&at.field("blend"), found);
    }
}

impl Described for Tea {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<TeaId>("id"),
            JsonMember::required::<String>("name"),
            JsonMember::required::<Kind>("kind"),
            JsonMember::required::<NewTeaWater>("water"),
            JsonMember::optional::<Grams>("grams"),
            JsonMember::optional::<f32>("strength"),
            JsonMember::optional::<Vec<String>>("tags"),
            JsonMember::optional::<BTreeMap<String, String>>("notes"),
            JsonMember::optional::<Vec<Part>>("blend"),
            JsonMember::required::<DateTime<Utc>>("since"),
            JsonMember::optional::<Option<NaiveDate>>("best_before"),
            JsonMember::required::<BatchId>("batch"),
        ];
        JsonShape::closed(MEMBERS)
    }
}

/// One page of teas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TeaPage {
    /// The teas of this page.
    pub items: Vec<Tea>,
    /// An opaque mark in a list.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub next_page: Option<PageToken>,
}

impl Validate for TeaPage {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        let items_at = at.field("items");
        found.max_items(&items_at, self.items.len(), 1000);
        self.items.validate(&items_at, found);
        self.next_page.validate(&at.field("next_page"), found);
    }
}

impl Described for TeaPage {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<Vec<Tea>>("items"),
            JsonMember::optional::<PageToken>("next_page"),
        ];
        JsonShape::open(MEMBERS)
    }
}

/// Changes to a tea.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeaPatch {
    /// A new name.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new date.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub best_before: Maybe<NaiveDate>,
    /// A name that Rust reserves.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub r#type: Maybe<String>,
}

impl Validate for TeaPatch {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        if let Some(name) = &self.name {
            let at = at.field("name");
            found.min_length(&at, name, 1);
            found.max_length(&at, name, 80);
        }
        if let Maybe::Value(r#type) = &self.r#type {
            let at = at.field("type");
            found.max_length(&at, r#type, 10);
        }
    }
}

impl Described for TeaPatch {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::optional::<String>("name"),
            JsonMember::optional::<Option<NaiveDate>>("best_before"),
            JsonMember::optional::<Option<String>>("type"),
        ];
        JsonShape::closed(MEMBERS)
    }
}

/// A picture elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Where it is.
    pub url: String,
}

impl Validate for Picture {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        let url_at = at.field("url");
        found.max_length(&url_at, &self.url, 200);
    }
}

impl Described for Picture {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[JsonMember::required::<String>("url")];
        JsonShape::open(MEMBERS)
    }
}

/// Something to drink, or something to take home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what")]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// `cup`
    Cup(Cup),
    /// `tin`
    Tin(Tin),
}

impl Validate for Order {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        match self {
            Self::Cup(value) => value.validate(at, found),
            Self::Tin(value) => value.validate(at, found),
        }
    }
}

impl Described for Order {
    fn shape() -> JsonShape {
        const CASES: &[JsonCase] = &[
            JsonCase::new::<Cup>("cup"),
            JsonCase::new::<Tin>("tin"),
        ];
        JsonShape::Union {
            tag: "what",
            cases: CASES,
        }
    }
}

impl From<Cup> for Order {
    fn from(value: Cup) -> Self {
        Self::Cup(value)
    }
}

impl From<Tin> for Order {
    fn from(value: Tin) -> Self {
        Self::Tin(value)
    }
}

/// A cup, to drink here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cup {
    /// The name of a tea in addresses.
    pub tea: TeaId,
    /// How many pieces of sugar.
    #[serde(default)]
    pub sugar: i32,
}

impl Validate for Cup {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        self.tea.validate(&at.field("tea"), found);
        let sugar_at = at.field("sugar");
        found.minimum(&sugar_at, self.sugar, 0);
        found.maximum(&sugar_at, self.sugar, 5);
    }
}

impl Described for Cup {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<TeaId>("tea"),
            JsonMember::optional::<i32>("sugar"),
        ];
        JsonShape::closed(MEMBERS)
    }
}

/// A tin, to take home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tin {
    /// The name of a tea in addresses.
    pub tea: TeaId,
    /// How much of it.
    pub grams: i32,
}

impl Validate for Tin {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        self.tea.validate(&at.field("tea"), found);
        let grams_at = at.field("grams");
        found.minimum(&grams_at, self.grams, 50);
        found.maximum(&grams_at, self.grams, 1000);
        found.multiple_of(&grams_at, i64::from(self.grams), 50);
    }
}

impl Described for Tin {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<TeaId>("tea"),
            JsonMember::required::<i32>("grams"),
        ];
        JsonShape::closed(MEMBERS)
    }
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderEvent {
    /// What happened.
    pub step: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Validate for OrderEvent {
    fn validate(&self, _: &At<'_>, _: &mut Violations) {}
}

impl Described for OrderEvent {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<String>("step"),
            JsonMember::required::<DateTime<Utc>>("at"),
        ];
        JsonShape::open(MEMBERS)
    }
}

/// What one would like to hear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// Whether to shout.
    #[serde(default = "Wish::default_loud")]
    pub loud: bool,
    /// What it should be about.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl Wish {
    fn default_loud() -> bool {
        true
    }
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            loud: true,
            about: Default::default(),
        }
    }
}

impl Validate for Wish {
    fn validate(&self, _: &At<'_>, _: &mut Violations) {}
}

impl Described for Wish {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::optional::<bool>("loud"),
            JsonMember::optional::<String>("about"),
        ];
        JsonShape::open(MEMBERS)
    }
}

/// A secret, and whatever else comes to mind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Secret {
    /// The secret.
    pub text: String,
    /// How deep it goes; a word will do.
    pub depth: SecretDepth,
    /// Whatever else is there.
    #[serde(flatten)]
    pub others: BTreeMap<String, serde_json::Value>,
}

impl Validate for Secret {
    fn validate(&self, _: &At<'_>, _: &mut Violations) {}
}

impl Described for Secret {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<String>("text"),
            JsonMember::required::<SecretDepth>("depth"),
        ];
        JsonShape::open(MEMBERS)
    }
}

/// How deep it goes; a word will do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SecretDepth {
    /// One of the alternatives.
    Integer(i32),
    /// One of the alternatives.
    Text(String),
}

impl Validate for SecretDepth {
    fn validate(&self, _: &At<'_>, _: &mut Violations) {}
}

impl Described for SecretDepth {
    fn shape() -> JsonShape {
        JsonShape::Any
    }
}
