//! The rules of replay, tested from outside: given events, asked as of a moment, this answer.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod audit;
#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "the model knows only what its own ledgers say")]
mod axes;
#[cfg(test)]
mod backtest;
#[cfg(test)]
mod brief;
#[cfg(test)]
mod checkpoints;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod corrections;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod departure;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod handovers;
#[cfg(test)]
mod health;
#[cfg(test)]
mod inheritance;
#[cfg(test)]
mod interactions;
#[cfg(test)]
mod issues;
#[cfg(test)]
mod kit;
#[cfg(test)]
mod lanes;
#[cfg(test)]
mod live;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod models;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod offerings;
#[cfg(test)]
mod order;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod overview;
#[cfg(test)]
mod people;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod portfolio;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod reassign;
#[cfg(test)]
mod relationships;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod risk;
#[cfg(test)]
mod same_day;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod spend;
#[cfg(test)]
mod surveys;
#[cfg(test)]
mod walk;
