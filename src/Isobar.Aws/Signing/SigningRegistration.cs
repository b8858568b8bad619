using Isobar.Aws.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Aws.Signing;

/// <summary>Turns the checking of signatures on.</summary>
public static class SigningRegistration
{
    /// <summary>Only requests that are signed by a key of the engine's key ring are answered. Registered beside <c>AddAwsEmulator</c>, in any order.</summary>
    public static IServiceCollection AddSignatureVerification(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IRequestAuthenticator, SignatureAuthenticator>());
}
