//! The HTTP side of the simulator.

mod api;
mod body;
mod connection;
mod control;
mod damage;
mod delivery;
mod page;
mod reference;
mod reply;
mod request;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, routing::get};

pub(crate) use connection::serve;

use crate::simulation::Simulation;

/// What the handlers work with.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) simulation: Arc<Simulation>,
    pub(crate) address: SocketAddr,
}

/// Everything but the API itself has its own path here: the document knows the paths of the API.
fn router(server: Server) -> Router {
    Router::new()
        .route("/", get(page::html))
        .route("/_simulator/page.css", get(page::css))
        .route("/_simulator/page.js", get(page::js))
        .route("/_simulator/status", get(control::status))
        .route("/_simulator/faults", get(control::faults).post(control::add_fault).delete(control::clear_faults))
        .route("/_simulator/log", get(control::log).delete(control::clear_log))
        .route("/_simulator/clock", get(control::clock).post(control::advance_clock))
        .route("/reference", get(reference::redirect))
        .route("/reference/", get(reference::index))
        .route("/reference/document.json", get(reference::document))
        .route("/reference/{file}", get(reference::file))
        .fallback(api::answer)
        .with_state(server)
}
