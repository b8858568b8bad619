using Isobar.Core.Support;

namespace Isobar.Aws.Protocols;

/// <summary>One AWS service of the emulator. A new service is a folder and one line in <see cref="AwsEmulatorRegistration"/>.</summary>
public interface IAwsService
{
    /// <summary>The name that people know, such as <c>SageMaker</c>.</summary>
    string Name { get; }

    /// <summary>Every operation of the service's model, with how far it is built.</summary>
    IReadOnlyList<OperationSupport> Support { get; }

    /// <summary>Whether the request is meant for this service. Must not read the body; a query request's form is parsed already.</summary>
    bool Matches(AwsRequest request);

    /// <summary>Answers a request that <see cref="Matches"/> accepted and the authenticator let through.</summary>
    Task HandleAsync(AwsRequest request);

    /// <summary>Answers with an error in this service's protocol.</summary>
    Task RefuseAsync(AwsRequest request, AwsError error);
}

/// <summary>A service whose requests are told by method and path alone, before anything is parsed: the hot path.</summary>
public interface IAwsHotService : IAwsService
{
    /// <summary>Whether the request is meant for this service. Called for every request of the port: allocate nothing.</summary>
    bool MatchesPath(string method, string path);
}
