//! The simulator from outside, through plain HTTP.

mod access;
mod backup_buckets;
mod backups;
mod bad_input;
mod billing;
mod browser;
mod calls;
mod click_pipes;
mod client;
mod command;
mod control;
mod faults;
mod keys;
mod library;
mod organizations;
mod pages;
mod postgres;
mod queries;
mod rate_limit;
mod refusals;
mod sequences;
mod service_settings;
mod snapshots;
mod state_file;
mod states;
