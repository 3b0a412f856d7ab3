//! The echo of Tea house.

use async_trait::async_trait;
use crate::roundtrip::{Script, Stage, told};
use crochet_openapi::{ByteStream, Caller, Problem};

use crate::golden::api as api;

/// Answers what the script on the stage says.
pub struct Echo(pub Stage);

#[async_trait]
impl api::tea_house::TeasOperations for Echo {
    async fn list_teas(
        &self,
        caller: &Caller,
        params: api::tea_house::ListTeasParams,
    ) -> Result<api::tea_house::TeaPage, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& params,));
        let body = String::new();
        script.note(caller, noted, body);
        match script.status() {
            200u16 => Ok(script.reply_json::<api::tea_house::TeaPage>()),
            other => Err(script.problem(other)),
        }
    }

    async fn create_tea(
        &self,
        caller: &Caller,
        params: api::tea_house::CreateTeaParams,
        body: api::tea_house::NewTea,
    ) -> Result<api::tea_house::CreateTeaResponse, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& params,));
        let body = format!("{:?}", body);
        script.note(caller, noted, body);
        match script.status() {
            201u16 => {
                Ok(api::tea_house::CreateTeaResponse {
                    etag: script.header::<api::tea_house::EntityTag>("ETag"),
                    location: script.header::<String>("Location"),
                    body: script.reply_json::<api::tea_house::Tea>(),
                })
            }
            other => Err(script.problem(other)),
        }
    }

    async fn read_tea(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
        params: api::tea_house::ReadTeaParams,
    ) -> Result<api::tea_house::ReadTeaResponse, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& tea_id, & params,));
        let body = String::new();
        script.note(caller, noted, body);
        match script.status() {
            200u16 => {
                Ok(api::tea_house::ReadTeaResponse::Ok {
                    etag: script.header::<api::tea_house::EntityTag>("ETag"),
                    body: script.reply_json::<api::tea_house::Tea>(),
                })
            }
            304u16 => {
                Ok(api::tea_house::ReadTeaResponse::NotModified {
                    etag: script.header::<api::tea_house::EntityTag>("ETag"),
                })
            }
            other => Err(script.problem(other)),
        }
    }

    async fn change_tea(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
        params: api::tea_house::ChangeTeaParams,
        body: api::tea_house::TeaPatch,
    ) -> Result<api::tea_house::Tea, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& tea_id, & params,));
        let body = format!("{:?}", body);
        script.note(caller, noted, body);
        match script.status() {
            200u16 => Ok(script.reply_json::<api::tea_house::Tea>()),
            other => Err(script.problem(other)),
        }
    }

    async fn delete_tea(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
    ) -> Result<(), Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& tea_id,));
        let body = String::new();
        script.note(caller, noted, body);
        match script.status() {
            204u16 => Ok(()),
            other => Err(script.problem(other)),
        }
    }

    async fn read_label(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
    ) -> Result<ByteStream, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& tea_id,));
        let body = String::new();
        script.note(caller, noted, body);
        match script.status() {
            200u16 => Ok(script.reply_bytes()),
            other => Err(script.problem(other)),
        }
    }

    async fn replace_label(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
        body: api::tea_house::ReplaceLabelBody,
    ) -> Result<api::tea_house::ReplaceLabelResponse, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& tea_id,));
        let body = format!("{body:?}");
        script.note(caller, noted, body);
        match script.status() {
            202u16 => {
                Ok(api::tea_house::ReplaceLabelResponse::Accepted {
                    x_copies: script.optional_header::<i32>("X-Copies"),
                })
            }
            204u16 => {
                Ok(api::tea_house::ReplaceLabelResponse::NoContent {
                })
            }
            other => Err(script.problem(other)),
        }
    }
}

#[async_trait]
impl api::tea_house::OrdersOperations for Echo {
    async fn place_orders(
        &self,
        caller: &Caller,
        body: api::tea_house::PlaceOrdersBody,
    ) -> Result<api::tea_house::PlaceOrdersOutput, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", ());
        let body = format!("{:?}", body);
        script.note(caller, noted, body);
        match script.status() {
            200u16 => Ok(script.reply_json::<api::tea_house::PlaceOrdersOutput>()),
            other => Err(script.problem(other)),
        }
    }

    async fn watch_order(
        &self,
        caller: &Caller,
        number: i64,
        params: api::tea_house::WatchOrderParams,
    ) -> Result<api::tea_house::WatchOrderResponse, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", (& number, & params,));
        let body = String::new();
        script.note(caller, noted, body);
        match script.status() {
            200u16 => {
                Ok(api::tea_house::WatchOrderResponse::Ok {
                    body: script.reply_events::<api::tea_house::OrderEvent>(),
                })
            }
            204u16 => {
                Ok(api::tea_house::WatchOrderResponse::NoContent {
                })
            }
            other => Err(script.problem(other)),
        }
    }
}

#[async_trait]
impl api::tea_house::HouseOperations for Echo {
    async fn greet(&self, caller: &Caller) -> Result<String, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", ());
        let body = String::new();
        script.note(caller, noted, body);
        match script.status() {
            200u16 => Ok(script.reply_text()),
            other => Err(script.problem(other)),
        }
    }

    async fn tell_secret(
        &self,
        caller: &Caller,
        body: Option<api::tea_house::Wish>,
    ) -> Result<api::tea_house::Secret, Problem> {
        let script = self.0.script();
        let noted = format!("{:?}", ());
        let body = match body {
            Some(body) => format!("{:?}", body),
            None => String::new(),
        };
        script.note(caller, noted, body);
        match script.status() {
            200u16 => Ok(script.reply_json::<api::tea_house::Secret>()),
            other => Err(script.problem(other)),
        }
    }
}

/// Asks what the script says and tells the answer.
pub async fn ask(
    operation: &str,
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    match operation {
        "list_teas" => ask_list_teas(api, caller, script).await,
        "create_tea" => ask_create_tea(api, caller, script).await,
        "read_tea" => ask_read_tea(api, caller, script).await,
        "change_tea" => ask_change_tea(api, caller, script).await,
        "delete_tea" => ask_delete_tea(api, caller, script).await,
        "read_label" => ask_read_label(api, caller, script).await,
        "replace_label" => ask_replace_label(api, caller, script).await,
        "place_orders" => ask_place_orders(api, caller, script).await,
        "watch_order" => ask_watch_order(api, caller, script).await,
        "greet" => ask_greet(api, caller, script).await,
        "tell_secret" => ask_tell_secret(api, caller, script).await,
        other => unreachable!("the document has no operation {other}"),
    }
}

async fn ask_list_teas(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let params = api::tea_house::ListTeasParams {
        limit: script.argument::<i32>("limit"),
        page_token: script.optional::<api::tea_house::PageToken>("page_token"),
        kind: script.list::<api::tea_house::Kind>("kind"),
        prefix: script.optional::<String>("prefix"),
        hottest: script.optional::<f64>("hottest"),
        decaf: script.argument::<bool>("decaf"),
    };
    match api.list_teas(caller, params).await {
        Ok(reply) => format!("{:?}", reply),
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_create_tea(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let params = api::tea_house::CreateTeaParams {
        idempotency_key: script.optional::<String>("Idempotency-Key"),
    };
    let body = script.body_json::<api::tea_house::NewTea>();
    match api.create_tea(caller, params, body).await {
        Ok(reply) => {
            let api::tea_house::CreateTeaResponse { etag, location, body } = reply;
            format!("{} {:?} {}", "Created", (etag, location,), format!("{:?}", body))
        }
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_read_tea(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let tea_id = script.argument::<api::tea_house::TeaId>("tea_id");
    let params = api::tea_house::ReadTeaParams {
        if_none_match: script.optional::<api::tea_house::EntityTag>("If-None-Match"),
    };
    match api.read_tea(caller, tea_id, params).await {
        Ok(reply) => {
            match reply {
                api::tea_house::ReadTeaResponse::Ok { etag, body } => {
                    format!("{} {:?} {}", "Ok", (etag,), format!("{:?}", body))
                }
                api::tea_house::ReadTeaResponse::NotModified { etag } => {
                    format!("{} {:?} {}", "NotModified", (etag,), "")
                }
            }
        }
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_change_tea(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let tea_id = script.argument::<api::tea_house::TeaId>("tea_id");
    let params = api::tea_house::ChangeTeaParams {
        if_match: script.argument::<api::tea_house::EntityTag>("If-Match"),
    };
    let body = script.body_json::<api::tea_house::TeaPatch>();
    match api.change_tea(caller, tea_id, params, body).await {
        Ok(reply) => format!("{:?}", reply),
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_delete_tea(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let tea_id = script.argument::<api::tea_house::TeaId>("tea_id");
    match api.delete_tea(caller, tea_id).await {
        Ok(reply) => format!("{reply:?}"),
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_read_label(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let tea_id = script.argument::<api::tea_house::TeaId>("tea_id");
    match api.read_label(caller, tea_id).await {
        Ok(reply) => told::bytes(reply).await,
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_replace_label(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let tea_id = script.argument::<api::tea_house::TeaId>("tea_id");
    let body = api::tea_house::ReplaceLabelBody::Png(script.body_bytes());
    match api.replace_label(caller, tea_id, body).await {
        Ok(reply) => {
            match reply {
                api::tea_house::ReplaceLabelResponse::Accepted { x_copies } => {
                    format!("{} {:?} {}", "Accepted", (x_copies,), "")
                }
                api::tea_house::ReplaceLabelResponse::NoContent {} => {
                    format!("{} {:?} {}", "NoContent", (), "")
                }
            }
        }
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_place_orders(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let body = script.body_json::<api::tea_house::PlaceOrdersBody>();
    match api.place_orders(caller, body).await {
        Ok(reply) => format!("{:?}", reply),
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_watch_order(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let number = script.argument::<i64>("number");
    let params = api::tea_house::WatchOrderParams {
        last_event_id: script.optional::<String>("Last-Event-ID"),
    };
    match api.watch_order(caller, number, params).await {
        Ok(reply) => {
            match reply {
                api::tea_house::WatchOrderResponse::Ok { body } => {
                    format!("{} {:?} {}", "Ok", (), told::events(body). await)
                }
                api::tea_house::WatchOrderResponse::NoContent {} => {
                    format!("{} {:?} {}", "NoContent", (), "")
                }
            }
        }
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_greet(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    match api.greet(caller).await {
        Ok(reply) => format!("{:?}", reply),
        Err(problem) => told::problem(&problem),
    }
}

async fn ask_tell_secret(
    api: &dyn api::tea_house::TeaHouseApi,
    caller: &Caller,
    script: &Script,
) -> String {
    let body = Some(script.body_json::<api::tea_house::Wish>());
    match api.tell_secret(caller, body).await {
        Ok(reply) => format!("{:?}", reply),
        Err(problem) => told::problem(&problem),
    }
}
