using System.Security.Cryptography;
using System.Text;
using Isobar.Engine.Keys;

namespace Isobar.Server.Access;

/// <summary>The keys of <c>isobar keys</c>, as what opens the control plane. A revoked key opens nothing from the next request on.</summary>
internal sealed class ControlKeys(IKeyRing ring)
{
    /// <summary>Whether the secret is that key's.</summary>
    public bool Opens(string id, string secret) =>
        // A key that was issued for a while is good with its session token alone, and that belongs to signed requests.
        ring.Find(id) is { Token: null } key && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key.Secret)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether a key is there still.</summary>
    public bool Stands(string id) => ring.Find(id) is { Token: null };
}
