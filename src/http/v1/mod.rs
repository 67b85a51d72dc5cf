//! The resources of version 1, one file each: its parameters, its answer, how it is found.

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod book;
pub(super) mod commitments;
pub(super) mod contacts;
pub(super) mod contracts;
pub(super) mod event_filter;
pub(super) mod events;
pub(super) mod findings;
pub(super) mod issues;
pub(super) mod needs;
pub(super) mod orders;
pub(super) mod owners;
pub(super) mod ownership;
pub(super) mod people;
pub(super) mod plan_parts;
pub(super) mod plans;
pub(super) mod schemas;
pub(super) mod stream;
pub(super) mod surveys;
pub(super) mod timeline;
