namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A rule of W-FORWARD that lets a device's packets pass.</summary>
/// <param name="Tap">The device that it names.</param>
/// <param name="ToInstance">True: <c>--physdev-out</c>.</param>
/// <param name="Trusted">True: of a trusted port; false: of one without port security. Only the comment tells.</param>
internal readonly record struct OpenRule(string Tap, bool ToInstance, bool Trusted);
