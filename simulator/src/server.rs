//! The HTTP server of the simulator.

mod access;
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

use axum::{
    Router,
    middleware::{from_fn_with_state, map_response},
    routing::{get, post},
};

pub(crate) use connection::serve;

use crate::{hosts::Hosts, simulation::Simulation};

/// The state of the handlers.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) simulation: Arc<Simulation>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) address: SocketAddr,
}

/// Returns the routes of everything but the API, whose paths come from the document.
fn router(server: Server) -> Router {
    Router::new()
        .route("/", get(page::html))
        .route("/_simulator/page.css", get(page::css))
        .route("/_simulator/page.js", get(page::js))
        .route("/_simulator/status", get(control::status))
        .route("/_simulator/faults", get(control::faults).post(control::add_fault).delete(control::clear_faults))
        .route("/_simulator/log", get(control::log).delete(control::clear_log))
        .route("/_simulator/clock", get(control::clock).post(control::advance_clock))
        .route("/_simulator/states", post(control::set_state))
        .route("/openapi.yaml", get(reference::yaml))
        .route("/reference", get(reference::redirect))
        .route("/reference/", get(reference::index))
        .route("/reference/document.json", get(reference::document))
        .route("/reference/{file}", get(reference::file))
        .layer(from_fn_with_state(server.clone(), access::guard))
        // The API checks access itself, so that refused requests are in its log.
        .fallback(api::respond)
        .layer(map_response(access::keep_to_this_origin))
        .with_state(server)
}
