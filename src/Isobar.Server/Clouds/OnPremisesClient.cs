using Isobar.Core.Capabilities;
using Isobar.Engine.Keys;

namespace Isobar.Server.Clouds;

/// <summary>This machine as a cloud, and the keys that its emulators ask for.</summary>
internal sealed record OnPremisesClient(ICloud Cloud, IKeyRing Keys);
