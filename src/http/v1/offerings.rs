//! `/v1/offerings`: what we can do for clients.

use axum::response::Response;
use serde::Deserialize;
use tenure_replay::offerings::Offering;
use tenure_schemas::{Name, OfferingId};

use super::accounts::wants;
use crate::http::ask::Ask;
use crate::http::call::{Call, Reach};
use crate::http::format::Row;
use crate::http::page::Page;
use crate::http::params::{Dated, Filter, Paged, flag};
use crate::http::problem::Problem;
use crate::http::render::List;

/// Which offerings are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct OfferingFilter {
    /// Only offerings of this category.
    #[param(value_type = Option<String>)]
    category: Option<Name>,
    /// Only offerings that are for sale at the moment, or only those that were retired.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    for_sale: Option<bool>,
}

impl Filter for OfferingFilter {}

impl Row for Offering {
    const COLUMNS: &'static [&'static str] =
        &["offering", "name", "category", "catalogue", "listed_at", "retired_at", "event"];
}

/// What we can do for clients
///
/// The offerings of all catalogues as of the moment, in the order of their ids, retired ones included.
#[utoipa::path(get, path = "/v1/offerings", tag = "across accounts", params(OfferingFilter, Dated, Paged),
    responses((status = 200, description = "A page of offerings", body = List<Offering>)))]
pub(in crate::http) async fn offerings(call: Call) -> Response {
    call.list(Reach::One, page).await
}

fn page(ask: &Ask<OfferingFilter>) -> Result<Page<OfferingId, Offering>, Problem> {
    let catalogue = ask.view.catalogue(ask.as_of());
    let wanted = catalogue.offerings().filter(|offering| ask.filter.matches(offering));
    ask.page(wanted.map(|offering| (offering.offering.clone(), offering.clone())))
}

impl OfferingFilter {
    fn matches(&self, offering: &Offering) -> bool {
        wants(self.category.as_ref(), offering.category.as_ref())
            && wants(self.for_sale.as_ref(), Some(&offering.retired_at.is_none()))
    }
}
