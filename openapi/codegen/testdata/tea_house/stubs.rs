//! A stub of Tea house, generated from tea_house.yaml: change that file, not this one.

use async_trait::async_trait;
use crochet_openapi::{ByteStream, Caller, Problem, smallest};

use super::api::tea_house::*;

/// Tea house with nothing implemented: every operation is a 501.
#[derive(Debug, Clone, Copy, Default)]
pub struct StubTeaHouse;

#[async_trait]
impl TeasOperations for StubTeaHouse {
    async fn list_teas(
        &self,
        _: &Caller,
        _: ListTeasParams,
    ) -> Result<TeaPage, Problem> {
        Err(Problem::not_implemented("list_teas"))
    }

    async fn create_tea(
        &self,
        _: &Caller,
        _: CreateTeaParams,
        _: NewTea,
    ) -> Result<CreateTeaResponse, Problem> {
        Err(Problem::not_implemented("create_tea"))
    }

    async fn read_tea(
        &self,
        _: &Caller,
        _: TeaId,
        _: ReadTeaParams,
    ) -> Result<ReadTeaResponse, Problem> {
        Err(Problem::not_implemented("read_tea"))
    }

    async fn change_tea(
        &self,
        _: &Caller,
        _: TeaId,
        _: ChangeTeaParams,
        _: TeaPatch,
    ) -> Result<Tea, Problem> {
        Err(Problem::not_implemented("change_tea"))
    }

    async fn delete_tea(&self, _: &Caller, _: TeaId) -> Result<(), Problem> {
        Err(Problem::not_implemented("delete_tea"))
    }

    async fn read_label(&self, _: &Caller, _: TeaId) -> Result<ByteStream, Problem> {
        Err(Problem::not_implemented("read_label"))
    }

    async fn replace_label(
        &self,
        _: &Caller,
        _: TeaId,
        _: ReplaceLabelBody,
    ) -> Result<ReplaceLabelResponse, Problem> {
        Err(Problem::not_implemented("replace_label"))
    }
}

#[async_trait]
impl OrdersOperations for StubTeaHouse {
    async fn place_orders(
        &self,
        _: &Caller,
        _: PlaceOrdersBody,
    ) -> Result<PlaceOrdersOutput, Problem> {
        Err(Problem::not_implemented("place_orders"))
    }

    async fn watch_order(
        &self,
        _: &Caller,
        _: i64,
        _: WatchOrderParams,
    ) -> Result<WatchOrderResponse, Problem> {
        Err(Problem::not_implemented("watch_order"))
    }
}

#[async_trait]
impl HouseOperations for StubTeaHouse {
    async fn greet(&self, _: &Caller) -> Result<String, Problem> {
        Err(Problem::not_implemented("greet"))
    }

    async fn tell_secret(&self, _: &Caller, _: Option<Wish>) -> Result<Secret, Problem> {
        Err(Problem::not_implemented("tell_secret"))
    }
}

/// Calls every operation of Tea house with the smallest arguments there are, and says how each ended.
pub async fn probe(
    service: &dyn TeaHouseApi,
    caller: &Caller,
) -> Vec<(&'static str, Result<(), Problem>)> {
    vec![
        ("list_teas", service.list_teas(caller, ListTeasParams { limit : 50, page_token :
        None, kind : None, prefix : None, hottest : None, decaf : false }). await
        .map(drop)), ("create_tea", service.create_tea(caller, CreateTeaParams {
        idempotency_key : None }, smallest()). await .map(drop)), ("read_tea", service
        .read_tea(caller, smallest(), ReadTeaParams { if_none_match : None }). await
        .map(drop)), ("change_tea", service.change_tea(caller, smallest(),
        ChangeTeaParams { if_match : smallest() }, smallest()). await .map(drop)),
        ("delete_tea", service.delete_tea(caller, smallest()). await .map(drop)),
        ("read_label", service.read_label(caller, smallest()). await .map(drop)),
        ("replace_label", service.replace_label(caller, smallest(),
        ReplaceLabelBody::Png(ByteStream::from(""))). await .map(drop)), ("place_orders",
        service.place_orders(caller, smallest()). await .map(drop)), ("watch_order",
        service.watch_order(caller, smallest(), WatchOrderParams { last_event_id : None
        }). await .map(drop)), ("greet", service.greet(caller). await .map(drop)),
        ("tell_secret", service.tell_secret(caller, None). await .map(drop))
    ]
}
