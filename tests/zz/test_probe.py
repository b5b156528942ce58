import time, json
def test_probe(checkpoint_folder, four_articles):
    from reportedly.models.extractor import load
    from reportedly.eval.metrics import score
    t=time.time()
    ex=load(checkpoint_folder, n_threads=1)
    pairs=[(g, ex(a)) for a,g in four_articles]
    for k,m in score(pairs).items(): print(k, m.value, m.n)
    print(sorted((p.name, p.stat().st_size) for p in checkpoint_folder.iterdir()));print(json.loads((checkpoint_folder/"metrics.json").read_text())['full_claim_f1'])
