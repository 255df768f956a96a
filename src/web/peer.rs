//! Who is at the other end of a connection.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

/// The last hop that a trusted proxy names, else the peer itself.
#[must_use]
pub fn client(peer: IpAddr, trusted: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let last = last.and_then(|value| value.rsplit(',').next()).and_then(|hop| address(hop.trim()));
    last.map_or(peer, |hop| hop.to_canonical())
}

/// The address in a hop, as proxies write it: alone, in brackets, with a port (RFC 7239 section 6).
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"');
    let bracketed = hop.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inside, _)| inside);
    let alone = || hop.parse::<SocketAddr>().map(|address| address.ip());
    bracketed.unwrap_or(hop).parse().or_else(|_| alone()).ok()
}

/// Whether a peer is a reverse proxy that is believed.
#[must_use]
pub fn is_trusted(peer: IpAddr, trusted: &[IpAddr]) -> bool {
    trusted.iter().any(|proxy| proxy.to_canonical() == peer.to_canonical())
}

/// What one machine can take for itself: an IPv4 address, or a /64 with IPv6 (RFC 4291 section 2.5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Machine(IpAddr);

impl Machine {
    /// The machine behind an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))),
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("1.1.1.1"));
        headers.append("x-forwarded-for", HeaderValue::from_static("2.2.2.2, 3.3.3.3"));
        let of = |peer: &str, trusted: &[IpAddr]| client(peer.parse().unwrap(), trusted, &headers).to_string();
        assert_eq!(of("10.0.0.1", &[proxy]), "3.3.3.3");
        assert_eq!(of("::ffff:10.0.0.1", &[proxy]), "3.3.3.3");
        assert_eq!(of("10.0.0.2", &[proxy]), "10.0.0.2");
        assert_eq!(of("10.0.0.1", &[]), "10.0.0.1");
        for (hop, shown) in [
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("4.4.4.4:1234", "4.4.4.4"),
            ("::ffff:4.4.4.4", "4.4.4.4"),
        ] {
            headers.append("x-forwarded-for", HeaderValue::from_str(hop).unwrap());
            assert_eq!(client(proxy, &[proxy], &headers).to_string(), shown);
        }
        headers.append("x-forwarded-for", HeaderValue::from_static("nonsense"));
        assert_eq!(client(proxy, &[proxy], &headers), proxy);
    }

    #[test]
    fn a_machine_is_an_address_or_a_network_of_64_bits() {
        let of = |address: &str| Machine::of(address.parse().unwrap());
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.8"), of("192.0.2.7"));
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
