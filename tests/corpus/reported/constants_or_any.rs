use constants_or_any::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn constants_and_the_type_of_the_rest_are_one_open_enum() {
    let response = json!({ "interpolation": "CUBIC", "componentType": 5121 });
    let server = Server::responding([json(200, &response)]).await;
    let sampler = Sampler::new().interpolation(SamplerInterpolation::Step).component_type(5126);
    let sampler = server.client(Client::builder()).put_sampler(&sampler).await.unwrap();
    assert_eq!(sampler.interpolation, Some(SamplerInterpolation::Unknown("CUBIC".to_owned())));
    assert_eq!(sampler.component_type, Some(5121));
    assert_eq!(server.request().json(), json!({ "interpolation": "STEP", "componentType": 5126 }));
}
