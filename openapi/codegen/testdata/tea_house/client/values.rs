//! What stands for the scalars of Tea house.

use crate::{Error, Value};
use crate::support::{FromText, checked};

use crate::golden::api as api;

impl FromText for api::tea_house::TeaId {}

impl FromText for api::tea_house::EntityTag {}

impl FromText for api::tea_house::PageToken {}

impl FromText for api::tea_house::Grams {}

impl Value<api::tea_house::Grams> for i64 {
    fn value(self) -> Result<api::tea_house::Grams, Error> {
        checked(api::tea_house::Grams::try_from(self))
    }
}

impl FromText for api::tea_house::BatchId {}

impl FromText for api::tea_house::Kind {}

impl FromText for api::tea_house::NewTeaWaterSource {}
