using Isobar.Core.Capabilities;

namespace Isobar.MultiCloud.Clouds;

/// <summary>A cloud that may be used: an account of a vendor, its emulator on this machine, or the machine itself.</summary>
/// <param name="Name">How manifests name it; unique. The emulators and this machine are <c>aws</c>, <c>gcp</c>, <c>azure</c> and <c>onprem</c>.</param>
/// <param name="Kind">Whose protocol it speaks: <c>aws</c>, <c>gcp</c>, <c>azure</c> or <c>onprem</c>.</param>
/// <param name="Region">The region that its jobs and endpoints lie in.</param>
/// <param name="Cloud">What it can do.</param>
public sealed record CloudEntry(string Name, string Kind, string Region, ICloud Cloud)
{
    /// <summary>The address of an emulator; null: the vendor's own addresses, or no wire at all.</summary>
    public Uri? Endpoint { get; init; }
    /// <summary>Whether nothing that happens there is billed by anybody.</summary>
    public bool Emulated { get; init; }
}

/// <summary>The clouds that may be used. The same set as long as the server runs.</summary>
public interface IClouds
{
    /// <summary>Completes once the clouds are known: the emulators' addresses are not, before their ports are bound.</summary>
    Task Ready { get; }

    /// <summary>All of them, in the order of their configuration; empty until <see cref="Ready"/>.</summary>
    IReadOnlyList<CloudEntry> All { get; }

    /// <summary>The one of a name, or null.</summary>
    CloudEntry? Find(string name);
}
