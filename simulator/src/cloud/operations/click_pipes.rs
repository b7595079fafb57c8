use serde_json::json;

use crate::{
    call::{Call, Output},
    cloud::service::{Provider, Service},
    kinds::click_pipe::{Source, check_reachable, sample_fields},
    refusal::Refusal,
};

/// Finds out the fields of a source. All sources have the same ones.
pub(super) fn discover(call: &Call<'_>) -> Result<Output, Refusal> {
    let source = Source::of(&call.body["source"]);
    let format = source.as_ref().and_then(|source| source.fields["format"].as_str()).unwrap_or_default();
    source.as_ref().map_or(Ok(()), check_reachable)?;
    Ok(Output::Json(json!({ "fields": sample_fields(format), "meta": { "format": format } })))
}

/// Only services at Google Cloud have an identity there.
pub(super) fn get_context(service: &Service) -> Output {
    let identity = match service.location().provider() {
        Provider::Gcp => {
            let id = service.id().simple().to_string();
            let principal = format!("clickpipes-{id:.12}@simulated.iam.gserviceaccount.com");
            json!({ "supported": true, "ready": true, "principal": principal })
        }
        Provider::Aws | Provider::Azure => json!({ "supported": false, "ready": null, "principal": null }),
    };
    Output::Json(json!({ "gcpWorkloadIdentity": identity }))
}
