//! Orders: placed, amended, fulfilled, cancelled, returned.

use serde_json::{Value, json};
use tenure_replay::FindingCode::{OrderClosed, OrderUnknown};
use tenure_replay::account::OrderStatus;
use tenure_schemas::Event;

use crate::kit::*;

pub(crate) fn eur(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

pub(crate) fn placed(position: u64, time: &str, order: &str) -> Event {
    ev(position, time, "order.placed", json!({"order": order, "total": eur("100.5025")}))
}

pub(crate) fn cancelled(position: u64, time: &str, order: &str) -> Event {
    ev(position, time, "order.cancelled", json!({"order": order, "by": "client"}))
}

pub(crate) fn fulfilled(position: u64, time: &str, order: &str) -> Event {
    ev(position, time, "order.fulfilled", json!({"order": order, "on_time": false}))
}

pub(crate) fn amended(position: u64, time: &str, order: &str) -> Event {
    ev(position, time, "order.amended", json!({"order": order, "total": eur("90")}))
}

pub(crate) fn returned(position: u64, time: &str, order: &str) -> Event {
    ev(position, time, "order.returned", json!({"order": order, "value": eur("10")}))
}

#[test]
fn an_order_is_followed_to_its_end() {
    let events = [
        opened(0, "2024-01-01"),
        placed(1, "2024-02-01", "o1"),
        amended(2, "2024-02-02", "o1"),
        fulfilled(3, "2024-02-03", "o1"),
        returned(4, "2024-02-04", "o1"),
        returned(5, "2024-02-05", "o1"),
    ];
    let account = fold_all(&events);
    let order = account.orders().next().unwrap();
    assert_eq!((order.status, order.amendments, order.on_time), (OrderStatus::Fulfilled, 1, Some(false)));
    assert_eq!(serde_json::to_value(order.total).unwrap(), eur("90"));
    assert_eq!(order.returned.len(), 2);
    assert_eq!(order.fulfilled_at, Some(instant("2024-02-03T00:00:00Z")));
    assert_eq!(account.findings().count(), 0);
    assert_eq!(fold(&events, "2024-02-02").orders().next().unwrap().status, OrderStatus::Placed);
}

#[test]
fn what_contradicts_an_order() {
    type Act = fn(u64, &str, &str) -> Event;
    for act in [amended as Act, fulfilled, cancelled, returned] {
        let unknown = [opened(0, "2024-01-01"), act(1, "2024-02-02", "o1")];
        assert_eq!(own_findings(&unknown), [(OrderUnknown, vec![1])]);
        assert_eq!(fold_all(&unknown).orders().count(), 0);
        let gone = [
            opened(0, "2024-01-01"),
            placed(1, "2024-02-01", "o1"),
            cancelled(2, "2024-02-02", "o1"),
            act(3, "2024-02-03", "o1"),
        ];
        assert_eq!(own_findings(&gone), [(OrderClosed, vec![1, 3])]);
        let account = fold_all(&gone);
        let order = account.orders().next().unwrap();
        assert_eq!((order.status, order.cancelled_at), (OrderStatus::Cancelled, Some(instant("2024-02-02T00:00:00Z"))));
    }
    let twice = [opened(0, "2024-01-01"), placed(1, "2024-02-01", "o1"), placed(2, "2024-02-02", "o1")];
    assert_eq!(own_findings(&twice), [(OrderClosed, vec![1, 2])]);
    assert_eq!(fold_all(&twice).orders().next().unwrap().event, 1);
}
