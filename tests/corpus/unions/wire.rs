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
