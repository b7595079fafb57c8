use clickhouse_cloud_runtime::Patch;
use null_as_a_type::{Client, types::*};
use wire::{Server, json, status};

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

#[tokio::test]
async fn an_optional_property_is_absent_null_or_a_value_in_every_request() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    for (parent, sent) in [
        (Patch::Keep, json!({ "owner": null })),
        (Patch::Reset, json!({ "owner": null, "parent": null })),
        (Patch::Set("a".to_owned()), json!({ "owner": null, "parent": "a" })),
    ] {
        client.search_packages(&SearchPackagesBody::new(None).parent(parent)).await.unwrap();
        assert_eq!(server.request().json(), sent);
    }
    let search = SearchPackagesBody::new(Some("b".to_owned())).parent("a").since(chrono::DateTime::UNIX_EPOCH);
    client.search_packages(&search).await.unwrap();
    assert_eq!(server.request().json(), json!({ "owner": "b", "parent": "a", "since": "1970-01-01T00:00:00Z" }));

    client.put_package(&PackageInput::new().license(Patch::Reset).outputs([Output::new()])).await.unwrap();
    assert_eq!(server.request().json(), json!({ "license": null, "outputs": [{}] }));
}
