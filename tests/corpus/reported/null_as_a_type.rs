use clickhouse_cloud_runtime::Patch;
use null_as_a_type::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn null_is_sent_where_it_is_a_type() {
    let response =
        json!({ "name": "a", "license": null, "version": null, "outputs": [{ "path": "b" }], "nothing": null });
    let server = Server::responding([json(200, &response)]).await;
    let package = PackageInput::new().license(Patch::Reset).version("2".to_owned()).outputs(Patch::Reset);
    let package = server.client(Client::builder()).change_package(&package).await.unwrap();
    assert_eq!((package.license.as_ref(), package.version.as_ref(), package.nothing.as_ref()), (None, None, None));
    assert_eq!(package.outputs.as_ref().unwrap()[0].path.as_deref(), Some("b"));
    assert_eq!(package.mismatches(), []);
    assert_eq!(server.request().json(), json!({ "license": null, "version": "2", "outputs": null }));
}
