import { type Part, partOf, valueAt } from '../shape/part.js';
import { elementsOf } from '../shape/placed.js';
import { identityOf, type Reference } from './references.js';

/** What becomes of the data behind a claim or a volume; undefined where the plan doesn't have it. */
export type Fate = 'kept' | 'deleted' | undefined;

/** The reclaim policies of the volumes and storage classes of a plan. */
export class Volumes {
  private readonly fates = new Map<string, Fate>();

  add({ kind, name }: Reference, manifest: Part): void {
    if (kind === 'StorageClass') {
      this.fates.set(`class ${name}`, fateIn(manifest, ['reclaimPolicy'], 'Delete'));
    } else if (kind === 'PersistentVolume') {
      const { value } = manifest;
      const fate = fateOfVolume(manifest);
      const claim = ['namespace', 'name'].map((key) => valueAt(value, `/spec/claimRef/${key}`));
      this.fates.set(`volume ${name}`, fate);
      if (typeof claim[1] === 'string') this.fates.set(`claim ${claim.join('/')}`, fate);
    }
  }

  /** Of what is deleted with an object; `nothing` where it isn't about volumes. */
  fateOf(manifest: Part): Fate | 'nothing' {
    switch (partOf(manifest, 'kind').value) {
      case 'PersistentVolume':
        return fateOfVolume(manifest);
      case 'PersistentVolumeClaim':
        return this.ofClaim(manifest);
      case 'StatefulSet':
        return this.ofSet(manifest);
      default:
        return 'nothing';
    }
  }

  /** Its own volume decides; where that is in no plan, the class that it was made by. */
  private ofClaim(claim: Part): Fate {
    const { namespace, name } = identityOf(claim);
    const volume = valueAt(claim.value, '/spec/volumeName');
    const places = [`volume ${volume}`, `claim ${namespace}/${name}`];
    const own = places.find((place) => this.fates.has(place));
    return own === undefined ? this.ofClass(partOf(claim, 'spec')) : this.fates.get(own);
  }

  private ofSet(set: Part): Fate | 'nothing' {
    const spec = partOf(set, 'spec');
    const when = partOf(partOf(spec, 'persistentVolumeClaimRetentionPolicy'), 'whenDeleted');
    if (when.unknown === undefined && when.value !== 'Delete') return 'nothing';
    const templates = elementsOf({ ...partOf(spec, 'volumeClaimTemplates'), pointer: '' });
    const fates = templates.map((template) => this.ofClass(partOf(template, 'spec')));
    if (when.unknown !== undefined)
      return fates.every((fate) => fate === 'kept') ? 'kept' : undefined;
    if (fates.includes('deleted')) return 'deleted';
    return fates.includes(undefined) ? undefined : 'kept';
  }

  private ofClass(spec: Part): Fate {
    const { value, unknown } = partOf(spec, 'storageClassName');
    return unknown === undefined ? this.fates.get(`class ${value}`) : undefined;
  }
}

function fateOfVolume(volume: Part): Fate {
  return fateIn(volume, ['spec', 'persistentVolumeReclaimPolicy'], 'Retain');
}

/** Whatever isn't kept is deleted: `Recycle` empties a volume, too. */
function fateIn(part: Part, way: readonly string[], otherwise: string): Fate {
  const { value, unknown } = way.reduce<Part>(partOf, part);
  if (unknown !== undefined) return undefined;
  return (value ?? otherwise) === 'Retain' ? 'kept' : 'deleted';
}
