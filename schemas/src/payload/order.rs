//! Orders, what serving the account costs, and what it saved.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::payload;
use crate::values::{Quantity, words};
use crate::{Amount, Check, Invalid, Money, Name, OfferingId, OrderId, PersonId, SavingId};

words! {
    /// Who cancelled.
    Party {
        /// The client.
        Client = "client",
        /// We.
        Us = "us",
    }
    /// What money was spent on.
    CostCategory {
        /// Goods that were sold on.
        Goods = "goods",
        /// Services.
        Service = "service",
        /// Travel.
        Travel = "travel",
        /// Discounts granted.
        Discount = "discount",
        /// The team's time.
        Team = "team",
    }
}

payload! {
    /// The client ordered.
    Placed {
        /// The order's id in the account.
        order: OrderId,
        /// What it is worth, net of tax and freight.
        total: Money,
        /// The lines; they need not add up to the total.
        lines?: Vec<OrderLine>,
        /// Who of ours sold it.
        sold_by?: PersonId,
        /// The sales channel, in the firm's own words.
        channel?: Name,
    }
    /// The order changed.
    Amended {
        /// The order.
        order: OrderId,
        /// What it is worth now, net of tax and freight.
        total: Money,
        /// The lines as they are now.
        lines?: Vec<OrderLine>,
    }
    /// The order was delivered in full.
    Fulfilled {
        /// The order.
        order: OrderId,
        /// Whether on time.
        on_time?: bool,
    }
    /// The order will not be delivered.
    Cancelled {
        /// The order.
        order: OrderId,
        /// Who cancelled.
        by: Party,
    }
    /// Delivered goods came back.
    Returned {
        /// The order.
        order: OrderId,
        /// What came back is worth.
        value: Money,
    }
    /// Serving the account cost something.
    CostRecorded {
        /// What for.
        category: CostCategory,
        /// How much.
        amount: Money,
        /// The period that it is for.
        period?: Period,
    }
    /// A saving for the client was found.
    SavingIdentified {
        /// The saving's id in the account.
        saving: SavingId,
        /// How much.
        amount: Money,
        /// Where, in the firm's own words.
        category?: Name,
    }
    /// A saving for the client came true.
    SavingRealised {
        /// The saving.
        saving: SavingId,
        /// How much.
        amount: Money,
        /// Where, in the firm's own words.
        category?: Name,
    }
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct OrderLine {
    /// What was ordered.
    pub offering: OfferingId,
    /// How much of it.
    pub quantity: Quantity,
    /// What one costs, in the order's currency.
    pub unit_price: Amount,
    /// The spend category, in the firm's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub category: Option<Name>,
}

/// Whole civil days: from the first to, and without, the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Period {
    /// The first day.
    #[serde(deserialize_with = "super::date")]
    #[schemars(with = "super::DateSchema")]
    pub from: Date,
    /// The day after the last.
    #[serde(deserialize_with = "super::date")]
    #[schemars(with = "super::DateSchema")]
    pub to: Date,
}

impl Check for CostRecorded {
    fn check(&self) -> Result<(), Invalid> {
        let Some(period) = &self.period else { return Ok(()) };
        super::ordered(period.from, period.to).map_err(|error| error.under("period"))
    }
}
