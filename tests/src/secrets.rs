//! Secrets: each is planted where it enters, and afterwards looked for in all that goes out.
//!
//! Every secret that this product meets takes its usual way, and some wrong ones: through headers, forms, addresses and
//! settings, with everything in order, with refusals, and with Kratos and Hydra away. Then the log at its most talkative
//! (which has the ids of traces too), what callers were told, the metrics, the audit log, the addresses to which browsers
//! were sent and the files of the data folder are searched.

mod configuration;
mod journey;
mod planted;
mod tokens;

use tokio::runtime::Runtime;

use crate::stack::{CrochetSite, oauth, own_hydra, own_kratos, people};
use journey::Journey;
use planted::Planted;

/// An address of a server with a name and a password in it.
fn with_password(address: &str, password: &str) -> String {
    address.replacen("://", &format!("://crochet:{password}@"), 1)
}

#[test]
fn no_secret_leaves_by_another_way_than_its_own() {
    let Some(mut kratos) = own_kratos() else { return };
    let Some(mut hydra) = own_hydra(&kratos) else {
        return;
    };
    for format in ["json", "pretty"] {
        let mut planted = Planted::default();
        let of_kratos = planted.plant("the password of Kratos", "planted-for-kratos");
        let of_hydra = planted.plant("the password of Hydra", "planted-for-hydra");
        let admin = with_password(&kratos.admin(), &of_kratos);
        let mut settings = people(&with_password(&kratos.public(), &of_kratos), &admin);
        settings.extend(oauth(
            &hydra,
            &hydra.public(),
            &with_password(&hydra.admin(), &of_hydra),
        ));
        settings.extend(["log.level=trace".to_owned(), format!("log.format={format}")]);
        let site = CrochetSite::start(kratos.crochet, &settings, &[]);
        Runtime::new().unwrap().block_on(async {
            let mut journey = Journey::new(&site, planted);
            journey.keys().await;
            journey.links().await;
            let ada = journey.passwords(&kratos).await;
            journey.tokens(&kratos, &hydra, &ada).await;
            hydra.kill();
            kratos.kill();
            journey.without_anybody().await;
            journey.look_back().await;
            journey.prove(format);
        });
        drop(site);
        kratos.start_again();
        hydra.start_again();
    }
}
