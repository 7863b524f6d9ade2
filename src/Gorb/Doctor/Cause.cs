namespace Gorb.Doctor;

/// <summary>Something around IPVS that loses packets, and how it is recognized.</summary>
/// <param name="Code">Its stable code, in words with hyphens.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Symptom">What users notice, for the documentation.</param>
/// <param name="Why">Why it hurts, in one or two sentences.</param>
/// <param name="Remedy">What mends it, in words; a sighting may add the exact command.</param>
/// <param name="Find">Finds it in the facts about the host. Pure.</param>
internal sealed record Cause(string Code, Severity Severity, string Symptom, string Why, string Remedy, Func<HostView, IEnumerable<Sighting>> Find);
