//! What is inferred from a document without extensions of ours, and what a config overrides.

use codegen::{Config, Diagnostic, Document, GenerateError, Settings, diff};

/// A document with these operations, each with the schema of its response.
fn document(responses: &[(&str, &str)], schemas: &str) -> String {
    let refusal = "{type: object, properties: {message: {type: string}}}";
    let response = |text: &str, schema: &str| {
        format!("{{description: {text}, content: {{application/json: {{schema: {schema}}}}}}}")
    };
    let operation = |(id, schema): &(&str, &str)| {
        let (success, refusal) = (response("It.", schema), response("No.", refusal));
        let responses = format!("      responses:\n        '200': {success}\n        '400': {refusal}\n");
        format!("  /{id}:\n    get:\n      operationId: {id}\n{responses}")
    };
    let paths: String = responses.iter().map(operation).collect();
    let head = "openapi: 3.0.3\ninfo: {title: Test, version: '1'}\nservers: [{url: https://example.com}]\npaths:\n";
    let thing = "    Thing: {type: object, properties: {a: {type: string}}}\n";
    format!("{head}{paths}components:\n  schemas:\n{schemas}{thing}")
}

fn wrapped(result: &str) -> String {
    format!("{{type: object, properties: {{id: {{type: string}}, data: {result}}}}}")
}

const THING: &str = "{$ref: '#/components/schemas/Thing'}";

/// Five operations whose responses differ in `data` only, and these others.
fn alike(others: &[(&str, &str)]) -> String {
    let results = [THING, "{type: string}", "{type: array, items: {type: string}}", "{type: integer}", THING];
    let responses = results.map(wrapped);
    let responses = ["one", "two", "three", "four", "five"].into_iter().zip(responses.iter().map(String::as_str));
    document(&responses.chain(others.iter().copied()).collect::<Vec<_>>(), "")
}

fn lint(text: &str, config: &str) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let document = Document::parse("api.yaml", text).unwrap_or_else(|errors| panic!("{errors}"));
    let config = Config::parse("api.toml", config).map_err(|errors| errors.0)?;
    codegen::lint(&document, Some(&config)).map_err(|errors| errors.0)
}

fn warnings(text: &str, config: &str) -> Vec<String> {
    let warnings = lint(text, config).unwrap_or_else(|errors| panic!("{errors:?}"));
    warnings.iter().map(|warning| format!("{}; {}", warning.message, warning.help)).collect()
}

/// The only error, without its advice.
fn error(text: &str, config: &str) -> String {
    let errors = lint(text, config).expect_err("an error");
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    format!("{}: {}", error.location, error.message)
}

/// The emitted code, one file after the other.
fn emitted(text: &str, config: &str) -> String {
    let document = Document::parse("api.yaml", text).unwrap();
    let settings = Settings::new("test").config(Some(Config::parse("api.toml", config).unwrap()));
    let files = codegen::generate(&document, &settings).unwrap().files;
    files.into_iter().map(|file| file.text).collect()
}

/// What a method of the emitted client returns.
fn returned(text: &str, config: &str, method: &str) -> String {
    let code = emitted(text, config);
    let line = code.lines().find(|line| line.contains(&format!("fn {method}("))).unwrap();
    line.split("-> ").nth(1).unwrap().trim_end_matches(" {").to_owned()
}

mod envelope {
    use super::*;

    const NOTHING: [&str; 0] = [];

    #[test]
    fn is_inferred_where_all_responses_are_alike() {
        let text = alike(&[]);
        let found = "every JSON response is an envelope: a call returns its `data`";
        let error = "`message` is the error message";
        let advice = "set `envelope = false` in the config to return responses as they are";
        assert_eq!(warnings(&text, ""), [format!("{found}; {error}; {advice}")]);
        assert_eq!(returned(&text, "", "one"), "Call<Thing>");
        assert_eq!(returned(&text, "", "three"), "Call<Page<String>>");
    }

    #[test]
    fn leaves_responses_whole_that_would_lose_a_field() {
        let page = "{type: object, properties: {id: {type: string}, data: {type: boolean}, next: {type: string}}}";
        let text = alike(&[("page", page), ("six", &wrapped(THING))]);
        let warnings = warnings(&text, "");
        assert!(warnings[0].starts_with("6 of 7 JSON responses are envelopes: "), "{warnings:?}");
        assert!(warnings[0].ends_with("because they have other members: page"), "{warnings:?}");
        assert_eq!(returned(&text, "", "page"), "Call<PageResult>");
        assert_eq!(returned(&text, "", "six"), "Call<Thing>");
    }

    #[test]
    fn is_not_inferred_from_a_few_responses() {
        let responses =
            [wrapped(THING), wrapped("{type: string}"), wrapped("{type: integer}"), wrapped("{type: boolean}")];
        let few: Vec<_> = ["a", "b", "c", "d"].into_iter().zip(responses.iter().map(String::as_str)).collect();
        assert_eq!(warnings(&document(&few, ""), ""), NOTHING);
    }

    #[test]
    fn is_not_inferred_where_some_are_wrapped_and_some_are_not() {
        let text = alike(&[("six", THING), ("seven", THING)]);
        assert_eq!(warnings(&text, ""), NOTHING);
        assert_eq!(returned(&text, "", "one"), "Call<OneResult>");
    }

    #[test]
    fn is_not_inferred_from_responses_that_share_a_field() {
        let own = |field: &str| {
            let data = if field == "a" { THING } else { "{type: string}" };
            format!("{{type: object, properties: {{id: {{type: string}}, data: {data}, {field}: {{type: string}}}}}}")
        };
        let ids = ["a", "b", "c", "d", "e", "f"];
        let responses = ids.map(own);
        let responses: Vec<_> = ids.into_iter().zip(responses.iter().map(String::as_str)).collect();
        assert_eq!(warnings(&document(&responses, ""), ""), NOTHING);
    }

    #[test]
    fn is_not_inferred_where_every_response_is_the_same() {
        let response = wrapped(THING);
        let same = ["one", "two", "three", "four", "five", "six"].map(|id| (id, response.as_str()));
        assert_eq!(warnings(&document(&same, ""), ""), NOTHING);
    }

    #[test]
    fn can_be_turned_off() {
        assert_eq!(warnings(&alike(&[]), "envelope = false"), NOTHING);
        assert_eq!(returned(&alike(&[]), "envelope = false", "one"), "Call<OneResult>");
        let error = error(&document(&[("one", THING)], ""), "envelope = false");
        assert_eq!(error, "api.toml:1:1: this has no effect: no envelope is inferred from the responses");
    }

    #[test]
    fn can_be_configured() {
        let text = document(&[("one", &wrapped(THING)), ("two", THING)], "");
        let config = "envelope = {result = 'data', request-id = 'id'}";
        assert_eq!(returned(&text, config, "one"), "Call<Thing>");
        assert_eq!(returned(&text, config, "two"), "Call<Thing>");
        assert!(warnings(&text, config)[0].starts_with("1 of 2 JSON responses are envelopes"));
        let wrong = "envelope = {result = 'data', request-id = 'di'}";
        assert_eq!(error(&text, wrong), "api.toml:1:30: no response has `di`");
    }

    #[test]
    fn is_not_looked_for_endlessly_in_a_cycle() {
        let schemas = "    Loop: {allOf: [{$ref: '#/components/schemas/Loop'}, {$ref: '#/components/schemas/Loop'}]}\n";
        let responses = ["a", "b", "c", "d", "e"].map(|id| (id, "{$ref: '#/components/schemas/Loop'}"));
        let text = document(&responses, schemas);
        assert!(warnings(&text, "").iter().any(|warning| warning.contains("leads only back to itself")));
    }
}

mod secrets {
    use super::*;

    fn text() -> String {
        let nested = "{type: object, properties: {password: {type: string, nullable: true}}}";
        let rest = "apiKey: {type: string}, pin: {type: string}, token: {type: integer}";
        let login = format!("    Login: {{type: object, properties: {{nested: {nested}, {rest}}}}}\n");
        document(&[("login", "{$ref: '#/components/schemas/Login'}")], &login)
    }

    fn hidden(config: &str) -> Vec<String> {
        let code = emitted(&text(), config);
        let secrets = code.lines().filter(|line| line.contains(": Secret"));
        let mut names: Vec<_> = secrets.filter_map(|line| line.trim().split([' ', ':']).next()).collect();
        names.sort_unstable();
        names.into_iter().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn are_inferred_from_names_with_a_warning() {
        let found = "2 properties seem to be secrets, so the crate hides them";
        let advice = "list those to `show` and to `hide` under `secrets` in the config";
        let names = "Login.apiKey, Login.nested.password";
        assert_eq!(warnings(&text(), ""), [format!("{found}; {advice}: {names}")]);
        assert_eq!(hidden(""), ["api_key", "password"]);
    }

    #[test]
    fn are_as_configured() {
        let config = "[secrets]\nhide = ['*.nested.*', 'pin']\nshow = ['api*']\n";
        assert_eq!(warnings(&text(), config), [""; 0]);
        assert_eq!(hidden(config), ["password", "pin"]);
    }

    #[test]
    fn are_not_both_hidden_and_shown_and_match_something() {
        let both = error(&text(), "[secrets]\nhide = ['Login.pin']\nshow = ['pin', 'apiKey']\n");
        assert_eq!(both, "api.toml:2:9: `Login.pin` is also under `show`");
        let nothing = error(&text(), "[secrets]\nhide = ['pin', 'token']\n");
        assert_eq!(nothing, "api.toml:2:16: no string property matches `token`");
    }
}

mod config {
    use super::*;

    fn error_of(config: &str) -> String {
        error(&alike(&[]), config)
    }

    #[test]
    fn that_is_no_toml_or_has_unknown_entries() {
        for (config, problem) in [
            ("retry = [\n", "1:10: unclosed array"),
            ("\n[retry]\nnevr = []\n", "3:1: unknown field `nevr`, expected `never` or"),
            ("rate-limit = 5", "1:14: invalid type: integer `5`"),
            ("envelope = true", "1:12: invalid value: boolean `true`, expected `false`, or a table with `result`"),
            ("crate = '9 lives'", "1:1: this is not a possible name for a package"),
        ] {
            let error = error_of(config);
            assert!(error.starts_with(&format!("api.toml:{problem}")), "{error}");
        }
    }

    #[test]
    fn names_the_environment_of_a_server_variable() {
        let text = document(&[("one", THING)], "").replace("https://example.com", "'https://{shop}.example.com'");
        let shop = "name: \"shop\",\n            default: None,\n            environment: ";
        let code = emitted(&text, "");
        assert!(code.contains(&format!("{shop}None")), "{code}");
        assert!(code.contains("pub fn new(shop: impl Into<String>)"), "{code}");
        let code = emitted(&text, "environment.server.shop = 'SHOP'");
        assert!(code.contains(&format!("{shop}Some(\"SHOP\")")), "{code}");
    }

    #[test]
    fn that_is_too_long() {
        let errors = Config::parse("api.toml", "#".repeat(Config::MAX_LENGTH + 1)).unwrap_err().to_string();
        assert!(errors.starts_with("api.toml:1:1: this text is longer than 1 MiB, which no config is"), "{errors}");
    }

    #[test]
    fn that_names_something_unknown() {
        for (config, problem) in [
            ("retry = {always = ['nine']}", "1:20: there is no operation `nine`"),
            ("[check]\nnine = 'look'", "2:1: there is no operation `nine`"),
            ("[rename.operations]\n'GET /nine' = 'ten'", "2:1: there is no operation `GET /nine`"),
            ("[rename.types]\nThign = 'It'", "2:1: there is no type `Thign`"),
            ("[variants.Thing]\na = 'B'", "1:11: there is no enum `Thing`"),
            ("environment.token = 'T'", "1:13: the document has no security scheme that takes a token or a key"),
        ] {
            assert_eq!(error_of(config), format!("api.toml:{problem}"));
        }
    }

    #[test]
    fn whose_values_do_not_fit_the_document() {
        let waiter = |rest: &str| format!("[waiters.untilOne]\noperation = 'one'\n{rest}");
        for (config, problem) in [
            ("rate-limit = {requests = 5, window = '5'}", "1:29: expected a duration"),
            ("retry.always = ['one']", "1:17: `always` has no effect on an operation that is not a POST"),
            ("rename.operations.two = 'one'", "1:19: `one` is also the `operationId` of `GET /one`"),
            ("[rename.types]\nThing = 'thing'", "2:1: expected the name of a type"),
            (&waiter("field = 'b'\nnot-found = 'done'"), "3:1: the result of `one` has no `b`"),
            (&waiter("field = 'a'\nnot-found = 'ok'"), "4:1: `notFound` must be `done`"),
            (
                &waiter("field = 'a'\nnot-found = 'done'\ngone = [{ status = 500, message-starts = 'x' }]"),
                "5:11: `status` must be from 400 to 499, except 404 and 429",
            ),
            (&waiter("field = 'a'\ntarget = ['x']\nsettle = 0"), "5:1: `settle` must be a number from 1 to 100"),
        ] {
            let error = error_of(config);
            assert!(error.starts_with(&format!("api.toml:{problem}")), "{error}");
        }
    }

    #[test]
    fn for_two_types_of_one_name() {
        let page = "{type: object, properties: {other: {type: string}}}";
        let text = document(&[("one", THING), ("two", page)], "");
        let error = error(&text, "[rename.types]\nTwoResult = 'Thing'");
        assert_eq!(error, "api.toml:2:1: another type is already called `Thing`");
    }

    #[test]
    fn may_be_ahead_of_the_older_of_two_documents() {
        let parse = |text: String| Document::parse("api.yaml", text).unwrap();
        let (old, new) = (parse(alike(&[])), parse(alike(&[("six", &wrapped(THING))])));
        let config = Config::parse("api.toml", "[rename.operations]\nsix = 'seven'\n").unwrap();
        let settings = |config: Config| Settings::new("test").config(Some(config));
        let rows = |of_old| diff::between((&old, &settings(of_old)), (&new, &settings(config.clone())));
        assert!(matches!(rows(config.clone()), Err(diff::DiffError::Old(GenerateError::Document(_)))));
        assert!(rows(config.clone().ahead()).is_ok());
    }
}
