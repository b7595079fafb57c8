use undeclared_parameters::Client;
use wire::{Server, status};

#[tokio::test]
async fn a_name_in_a_path_without_a_parameter_is_a_text() {
    let server = Server::responding([status(204)]).await;
    server.client(Client::builder()).get_job("a b", "7").await.unwrap();
    assert_eq!(server.request().line, "GET /shops/a%20b/jobs/7");
}

#[tokio::test]
async fn a_parameter_of_one_operation_stays_as_it_is() {
    let server = Server::responding([status(204)]).await;
    server.client(Client::builder()).delete_job("a", 7).await.unwrap();
    assert_eq!(server.request().line, "DELETE /shops/a/jobs/7");
}
