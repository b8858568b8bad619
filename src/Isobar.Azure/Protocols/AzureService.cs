using Isobar.Core.Support;

namespace Isobar.Azure.Protocols;

/// <summary>A part of a service of the emulator; parts of the same name are one service in the support table.</summary>
/// <param name="Name">The name that people know, such as <c>Azure Machine Learning</c>.</param>
/// <param name="Support">Its operations.</param>
public sealed record AzureService(string Name, IReadOnlyList<OperationSupport> Support);
