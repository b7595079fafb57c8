use values_alike::{Client, types::*};
use wire::{Server, status};

#[tokio::test]
async fn values_that_are_alike_are_sent_as_they_are() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    let speeds = [
        (PortSpeed::Speed100G, "Speed100G"),
        (PortSpeed::Speed100g, "speed100g"),
        (PortSpeed::Speed100g2, "speed_100g"),
        (PortSpeed::Speed100G2, "speed-100-g"),
        (PortSpeed::Speed100g3, "SPEED100G"),
        (PortSpeed::Speed100g4, "speed 100g"),
    ];
    for (speed, text) in speeds {
        assert_eq!(PortSpeed::from(text), speed);
        client.put_port(&Port::new(speed)).await.unwrap();
        assert_eq!(server.request().json()["speed"], text);
    }
}
