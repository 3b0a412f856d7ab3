//! The pages about roles: ticked, reviewed, made, explained, taken back.

use super::visit::{Browser, Seen};

/// The fields of the matrix form as a browser would send them: every box that is ticked, every description.
fn fields(page: &Seen) -> Vec<(String, String)> {
    let form = page.html.split("<form method=\"post\" action=\"/roles\"").nth(1);
    let form = form.unwrap_or_else(|| panic!("no form in {}", page.html));
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let from = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(from.split('"').next().unwrap().replace("&quot;", "\""))
    };
    form.split("<input ")
        .skip(1)
        .map(|tag| format!(" {}", tag.split('>').next().unwrap()))
        .filter(|tag| !tag.contains("type=\"checkbox\"") || tag.contains(" checked"))
        .filter(|tag| !tag.contains(" disabled"))
        .filter_map(|tag| {
            let name = attribute(&tag, "name")?;
            Some((name, attribute(&tag, "value").unwrap_or_else(|| "on".to_owned())))
        })
        .filter(|(name, _)| name != "csrf")
        .collect()
}

async fn send(browser: &Browser, fields: &[(String, String)], step: &str) -> Seen {
    let mut all: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "do")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.push(("do", step));
    browser.post("/roles", &all).await
}

fn tick(fields: &mut Vec<(String, String)>, name: &str) {
    fields.push((name.to_owned(), "on".to_owned()));
}

#[tokio::test]
async fn a_change_is_reviewed_made_and_taken_back() {
    let browser = Browser::signed_in("admin").await;
    let page = browser.get("/roles").await;
    page.says(&["contexts:delete", "Delete a context", "built in"]);
    let mut form = fields(&page);
    tick(&mut form, "grant:editor:contexts:delete");
    let review = send(&browser, &form, "review").await;
    assert_eq!(review.status, 200);
    review.says(&["<strong>editor</strong>", "+ gains <code>contexts:delete</code>"]);
    assert!(!review.html.contains("loses"), "{}", review.html);
    let saved = send(&browser, &fields(&review), "save").await;
    assert_eq!(saved.location(), "/roles");
    let page = browser.get("/roles").await;
    page.says(&["The change is in force"]);
    assert!(
        fields(&page)
            .iter()
            .any(|(name, _)| name == "grant:editor:contexts:delete")
    );
    let history = browser.get("/roles/history").await;
    history.says(&["+ gains <code>contexts:delete</code>", "Take back change 1"]);
    let (etag, version) = (history.hidden("etag"), history.hidden("version"));
    let undone = browser
        .post("/roles/undo", &[("etag", &etag), ("version", &version)])
        .await;
    assert_eq!(undone.location(), "/roles/history");
    browser
        .get("/roles/history")
        .await
        .says(&["takes back change 1", "− loses <code>contexts:delete</code>"]);
    let again = browser
        .post("/roles/undo", &[("etag", &etag), ("version", &version)])
        .await;
    assert_eq!(again.status, 412, "{}", again.html);
}

#[tokio::test]
async fn a_role_of_ones_own_is_added_and_removed() {
    let browser = Browser::signed_in("admin").await;
    let mut form = fields(&browser.get("/roles").await);
    form.retain(|(name, _)| name != "new_name");
    form.push(("new_name".to_owned(), "curator".to_owned()));
    let page = send(&browser, &form, "change").await;
    page.says(&["curator grants contexts:read"]);
    let mut form = fields(&page);
    tick(&mut form, "grant:curator:contexts:read");
    let review = send(&browser, &form, "review").await;
    review.says(&[
        "<strong>curator</strong> is a new role",
        "+ gains <code>contexts:read</code>",
    ]);
    assert_eq!(send(&browser, &fields(&review), "save").await.status, 303);
    let mut form = fields(&browser.get("/roles").await);
    tick(&mut form, "remove:curator");
    let review = send(&browser, &form, "review").await;
    review.says(&["<strong>curator</strong> is removed"]);
    assert_eq!(send(&browser, &fields(&review), "save").await.status, 303);
    assert!(!browser.get("/roles").await.html.contains("remove:curator"));
}

#[tokio::test]
async fn a_bad_name_is_told_and_nothing_is_lost() {
    let browser = Browser::signed_in("admin").await;
    let mut form = fields(&browser.get("/roles").await);
    form.retain(|(name, _)| name != "new_name");
    form.push(("new_name".to_owned(), "No Good".to_owned()));
    tick(&mut form, "grant:viewer:work:lease");
    let page = send(&browser, &form, "review").await;
    assert_eq!(page.status, 422);
    page.says(&["value=\"No Good\"", "role=\"alert\""]);
    assert!(
        fields(&page)
            .iter()
            .any(|(name, _)| name == "grant:viewer:work:lease")
    );
    let taken = form.iter().map(|(name, value)| match name.as_str() {
        "new_name" => (name.clone(), "editor".to_owned()),
        _ => (name.clone(), value.clone()),
    });
    send(&browser, &taken.collect::<Vec<_>>(), "change")
        .await
        .says(&["named twice"]);
}

#[tokio::test]
async fn of_two_editors_at_once_the_second_sees_both_changes() {
    let browser = Browser::signed_in("admin").await;
    let page = browser.get("/roles").await;
    let (mut first, mut second) = (fields(&page), fields(&page));
    tick(&mut first, "grant:editor:contexts:delete");
    tick(&mut second, "grant:viewer:work:lease");
    let late = send(&browser, &second, "review").await;
    let review = send(&browser, &first, "review").await;
    assert_eq!(send(&browser, &fields(&review), "save").await.status, 303);
    let refused = send(&browser, &fields(&late), "save").await;
    assert_eq!(refused.status, 412);
    refused.says(&[
        "Changed by others since you looked",
        "+ gains <code>contexts:delete</code>",
        "+ gains <code>work:lease</code>",
        "− loses <code>contexts:delete</code>",
    ]);
}

#[tokio::test]
async fn a_viewer_sees_the_matrix_and_cannot_change_it() {
    let browser = Browser::signed_in("viewer").await;
    let page = browser.get("/roles").await;
    page.says(&[
        "Changing roles needs <code>roles:write</code>",
        "<fieldset disabled>",
    ]);
    let refused = send(&browser, &fields(&page), "review").await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn why_says_what_is_missing_and_who_has_it() {
    let browser = Browser::signed_in("viewer").await;
    browser
        .get("/roles/why")
        .await
        .says(&["Choose one", "optgroup label=\"contexts\""]);
    let denied = browser
        .get("/roles/why?operation=contexts%2Fdelete_context&subject=&role=editor")
        .await;
    denied.says(&[
        "Denied: ",
        "needs <code>contexts:delete</code>",
        "which editor does not grant; admin does",
        "alone would be enough: admin",
    ]);
    let roleless = browser
        .get("/roles/why?operation=contexts%2Fdelete_context")
        .await;
    roleless.says(&["which nobody has without a role; admin grants it."]);
    let allowed = browser
        .get("/roles/why?operation=contexts%2Fdelete_context&subject=admin")
        .await;
    allowed.says(&["Allowed: ", "which admin grants"]);
    let nobody = browser
        .get("/roles/why?operation=contexts%2Fdelete_context&subject=person%3Anobody")
        .await;
    assert_eq!(nobody.status, 422);
    nobody.says(&["nobody is known as", "value=\"person:nobody\""]);
    let unknown = browser
        .get("/roles/why?operation=contexts%2Ffly&subject=admin")
        .await;
    assert_eq!(unknown.status, 422);
    unknown.says(&["there is no operation contexts/fly", "value=\"admin\""]);
}
