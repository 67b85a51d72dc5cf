//! The API as its readers see it.

mod answers;
mod description;
mod pages;
mod promises;
mod refusals;
mod relationship;
