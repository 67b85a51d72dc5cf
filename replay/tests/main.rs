//! The rules of replay, tested from outside: given events, asked as of a moment, this answer.

mod admission;
mod audit;
mod corrections;
mod directory;
mod findings;
mod inheritance;
mod issues;
mod kit;
mod lanes;
mod live;
mod model;
mod orders;
mod people;
mod same_day;
