using Isobar.Core.Capabilities;

namespace Isobar.Conformance;

/// <summary>A cloud to hold against the suites, fresh and empty.</summary>
public interface ICloudFixture
{
    ICloud Cloud { get; }
}
