//! Which alternative an response is, and what is sent of one.

use serde_json::json;
use unions::{Client, MismatchKind, types::*};
use wire::{Server, json as response};

async fn shapes(shapes: serde_json::Value) -> Vec<Shape> {
    let server = Server::responding([response(200, &shapes)]).await;
    let response = server.client(Client::builder()).list_shapes().await.unwrap();
    assert_eq!(response.mismatches(), [], "{shapes}");
    response.into_inner().into_items()
}

#[tokio::test]
async fn what_is_sent_is_the_alternative_alone() {
    let server = Server::responding([response(200, &json!({}))]).await;
    let ranges = [RangeFilterInput::new(1).to(2), RangeFilterInput::new(3)];
    let filter = NotFilterInput::new(AnyFilterInput::new("or", ranges));
    let search = SearchInput::new(filter).size(SearchSizeKeyword::Auto).mode(SearchMode::Fast);
    let call = server.client(Client::builder()).replace_search(&search).limit(&5.into());
    call.await.unwrap();
    let request = server.request();
    assert_eq!(request.line, "PUT /search?limit=5");
    let ranges = json!([{ "type": "range", "from": 1, "to": 2 }, { "type": "range", "from": 3 }]);
    let filter = json!({ "type": "NotFilter", "of": { "type": "or", "of": ranges } });
    let body: serde_json::Value = serde_json::from_str(request.text()).unwrap();
    assert_eq!(body, json!({ "filter": filter, "size": "auto", "mode": "fast" }));
}

#[tokio::test]
async fn what_was_received_can_be_sent_again() {
    let new = json!({ "type": "new", "from": [1] });
    let search = json!({ "filter": { "type": "any", "of": [new, { "type": "NotFilter", "of": new }] } });
    let server = Server::responding([response(200, &search), response(200, &search)]).await;
    let cloud = server.client(Client::builder());
    let any = SearchInput::new(FilterInput::Unknown(json!(1)));
    let received = cloud.replace_search(&any).await.unwrap().into_inner();
    assert!(matches!(received.filter().unwrap(), Filter::Any(_)));
    server.request();
    cloud.replace_search(&received.try_into().unwrap()).await.unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(server.request().text()).unwrap(), search);
}

#[tokio::test]
async fn what_does_not_fit_in_an_alternative_is_told_with_its_path() {
    let filter = json!({ "type": "any", "of": [{ "type": "range", "from": "1", "to": [] }, { "type": "new" }] });
    let server = Server::responding([response(200, &json!({ "filter": filter, "size": "large" }))]).await;
    let any = SearchInput::new(FilterInput::Unknown(json!(1)));
    let received = server.client(Client::builder()).replace_search(&any).await.unwrap();
    let Filter::Any(any) = received.filter().unwrap() else { panic!("{received:?}") };
    let [Filter::Range(range), Filter::Unknown(_)] = any.of().unwrap() else { panic!("{any:?}") };
    assert_eq!((range.from, range.to), (Some(1), None));
    assert_eq!(received.size, Some(SearchSizeKeyword::from("large").into()));
    let mismatches: Vec<_> = received.mismatches().iter().map(|mismatch| (mismatch.path(), mismatch.kind())).collect();
    assert_eq!(mismatches, [("$.filter.of[0].from", MismatchKind::Coerced), ("$.filter.of[0].to", MismatchKind::SetAside)]);
}

#[tokio::test]
async fn the_first_alternative_that_would_decode_is_not_always_the_one() {
    let found = shapes(json!([
        { "x": 1, "y": 2 },
        { "x": 1, "y": 2, "radius": 3 },
        { "kind": "circle", "x": 1 },
        { "name": "triangle", "corners": [] },
        { "sides": 5, "edge": 1, "weight": 2 },
        { "sides": 6, "name": "cube" },
        "unit",
        [{ "kind": "circle" }, ["inner"]],
    ]))
    .await;
    let [Shape::Point(_), Shape::Circle(_), Shape::Circle(_), Shape::Corners(_), pyramid, cube, text, list] =
        &found[..]
    else {
        panic!("{found:?}")
    };
    assert!(matches!(pyramid, Shape::Solid(Solid::Pyramid(pyramid)) if pyramid.weight == Some(2.0)));
    assert!(matches!(cube, Shape::Solid(Solid::Cube(_))));
    assert!(matches!(text, Shape::String(text) if text == "unit"));
    let Shape::List(list) = list else { panic!("{list:?}") };
    assert!(matches!(&list[..], [Shape::Circle(_), Shape::List(_)]));
}

#[tokio::test]
async fn what_is_none_of_the_alternatives_is_kept() {
    let json = json!([{ "kind": "square", "radius": 1 }, { "depth": 1 }, 5, true, null]);
    let found = shapes(json.clone()).await;
    let kept = found.iter().zip(json.as_array().unwrap());
    for (shape, json) in kept {
        assert_eq!(*shape, Shape::Unknown(json.clone()));
    }
}

#[tokio::test]
async fn unions_in_a_union_are_told_by_what_their_alternatives_have_in_common() {
    let tiles = json!([
        { "display": "bar", "sql": "select" },
        { "display": "bar", "source": "a" },
        { "display": "line", "sql": 5 },
        { "display": "pie", "sql": "select" },
    ]);
    let server = Server::responding([response(200, &tiles)]).await;
    let tiles = server.client(Client::builder()).list_tiles().await.unwrap();
    assert!(matches!(tiles[0], Tile::Bar(BarTile::Raw(_))));
    assert!(matches!(tiles[1], Tile::Bar(BarTile::Built(_))));
    assert!(matches!(&tiles[2], Tile::Line(LineTile::Raw(tile)) if tile.sql().unwrap() == "5"));
    assert!(matches!(tiles[3], Tile::Unknown(_)));
    let mismatches: Vec<_> = tiles.mismatches().iter().map(|mismatch| (mismatch.path(), mismatch.kind())).collect();
    assert_eq!(mismatches, [("$[2].sql", MismatchKind::Coerced)]);
}

#[tokio::test]
async fn a_base_stands_for_its_subtypes() {
    let vehicles = json!([
        { "kind": "bike", "wheels": 2, "gears": 21 },
        { "kind": "Van", "seats": 3, "load": 900, "tows": { "kind": "car", "seats": 5 } },
        { "kind": "boat", "drive": "diesel", "decks": 2 },
        { "kind": "boat", "drive": "oars", "wheels": 0 },
        { "kind": "Sled", "wheels": 0 },
        { "kind": "raft", "wheels": 0, "logs": 8 },
        { "wheels": 4, "seats": 4 },
    ]);
    let server = Server::responding([response(200, &vehicles)]).await;
    let found = server.client(Client::builder()).list_vehicles().await.unwrap();
    assert_eq!(found.mismatches(), []);
    let [Vehicle::Bike(bike), Vehicle::Van(van), Vehicle::Boat(ferry), Vehicle::Boat(boat), Vehicle::Sled(_), raft, last] =
        &found[..]
    else {
        panic!("{found:?}")
    };
    assert_eq!((bike.kind().unwrap(), bike.wheels, bike.gears), ("bike", Some(2), Some(21)));
    assert_eq!((van.seats, van.load), (Some(3), Some(900)));
    assert!(matches!(van.tows.as_deref(), Some(Vehicle::Car(car)) if car.seats == Some(5)));
    assert!(matches!(ferry, Boat::Ferry(ferry) if ferry.decks == Some(2)));
    assert!(matches!(boat, Boat::Base(boat) if boat.drive.as_deref() == Some("oars") && boat.wheels == Some(0)));
    assert!(matches!(raft, Vehicle::Base(raft) if raft.kind().unwrap() == "raft" && raft.wheels == Some(0)));
    assert!(matches!(last, Vehicle::Base(base) if base.kind.is_none() && base.wheels == Some(4)));
}

#[tokio::test]
async fn a_subtype_is_sent_with_the_values_that_tell_which_it_is() {
    let vehicles = [
        VehicleInput::from(VanInput::new(3).load(900).tows(BikeInput::new().gears(3))),
        BoatInput::from(FerryInput::new().decks(2)).into(),
        VehicleBaseInput::new("raft").wheels(0).into(),
    ];
    let expected = [
        json!({ "kind": "Van", "seats": 3, "load": 900, "tows": { "kind": "bike", "gears": 3 } }),
        json!({ "kind": "boat", "drive": "diesel", "decks": 2 }),
        json!({ "kind": "raft", "wheels": 0 }),
    ];
    for (vehicle, expected) in vehicles.into_iter().zip(expected) {
        let server = Server::responding([response(201, &expected), response(201, &expected)]).await;
        let cloud = server.client(Client::builder());
        let added = cloud.add_vehicle(&vehicle).await.unwrap().into_inner();
        let sent: serde_json::Value = serde_json::from_str(server.request().text()).unwrap();
        assert_eq!(sent, expected);
        cloud.add_vehicle(&added.try_into().unwrap()).await.unwrap();
        let sent: serde_json::Value = serde_json::from_str(server.request().text()).unwrap();
        assert_eq!(sent, expected, "what came can be sent back");
    }
}

#[tokio::test]
async fn a_base_may_list_the_subtypes_that_have_it_in_their_all_of() {
    let tree = json!({ "family": "Tree", "height": 20.5, "rings": 80 });
    let server = Server::responding([response(201, &tree)]).await;
    let herb = HerbInput::new().scent("mint");
    let added = server.client(Client::builder()).add_plant(&herb.into()).await.unwrap().into_inner();
    assert_eq!(server.request().text(), r#"{"family":"Herb","scent":"mint"}"#);
    assert!(matches!(added, Plant::Tree(tree) if tree.rings == Some(80) && tree.height == Some(20.5)));
}

#[tokio::test]
async fn a_union_with_the_discriminator_of_the_one_around_it_knows_its_values() {
    let notes = json!([{ "form": "text", "text": "a" }, { "form": "film", "frames": 9 }, { "form": "smell" }]);
    let server = Server::responding([response(200, &notes)]).await;
    let notes = server.client(Client::builder()).list_notes().await.unwrap();
    assert!(matches!(&notes[0], Note::Text(note) if note.text.as_deref() == Some("a")), "{notes:?}");
    assert!(matches!(&notes[1], Note::Recording(Recording::Film(film)) if film.frames == Some(9)), "{notes:?}");
    assert!(matches!(&notes[2], Note::Unknown(_)), "{notes:?}");
}
