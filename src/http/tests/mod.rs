//! The API as its readers see it.

mod answers;
mod backtest;
mod brief;
mod description;
mod diff;
mod events;
mod evidence;
mod formats;
mod handovers;
mod health;
mod knowledge;
mod merged;
mod metrics;
mod ownership;
mod pages;
mod portfolio;
mod promises;
mod refusals;
mod relationship;
mod replay;
mod reports;
mod stream;
