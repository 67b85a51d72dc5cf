//! What a Tenure ledger's history means: pure folds and rules, without IO, clock or randomness.

pub mod account;
pub mod admission;
pub mod audit;
pub mod brief;
pub mod cycles;
pub mod directory;
mod effects;
pub mod engagement;
mod exact;
pub mod finding;
mod fold;
pub mod history;
pub mod live;
pub mod moment;
pub mod offerings;
pub mod overview;
pub mod ownership;
pub mod person;
pub mod plans;
pub mod relationships;
mod round;
pub mod span;
pub mod spend;
pub mod surveys;

pub use account::Account;
pub use directory::Directory;
pub use effects::Change;
pub use exact::Exact;
pub use finding::{Finding, FindingCode};
pub use history::History;
pub use live::{Followed, Live};
pub use moment::{AsOf, Day};
pub use offerings::Catalogue;
pub use person::Person;
