//! The API as its readers see it.

mod answers;
mod description;
mod pages;
mod refusals;
mod relationship;
