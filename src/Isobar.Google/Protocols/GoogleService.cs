using Isobar.Core.Support;

namespace Isobar.Google.Protocols;

/// <summary>A service of the emulator, as the support table shows it.</summary>
/// <param name="Name">The name that people know, such as <c>Cloud Storage</c>.</param>
/// <param name="Support">Its methods.</param>
public sealed record GoogleService(string Name, IReadOnlyList<OperationSupport> Support);
